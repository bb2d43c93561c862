import { isIP } from 'node:net'
import { z } from 'zod'
import { IMAGE, VARIABLE } from '../contract/forms.ts'
import { whole } from '../contract/whole.ts'
import { backupSchema } from './backup.ts'
import { graceForm, secretTarget } from './entities/deliver-schema.ts'
import { policy } from './entities/policy-schema.ts'
import { entitySections } from './entities/schema.ts'
import { firewallSchema } from './firewall.ts'
import { frontSchema } from './front.ts'
import { period, usd } from './limits.ts'
import { carriedShapes } from './litellm/section-shapes.ts'
import { litellmSettings } from './litellm/settings-shapes.ts'
import { PERIODS_ALLOWED } from './period.ts'
import { registrySchema } from './registry.ts'

const text = z.string().min(1)
const settings = z.record(z.string(), z.unknown())

/** `ssh-ed25519 AAAA…`, one key a line, as in a file `/etc/ssh/ssh_host_*_key.pub`. */
const hostKey = z
  .string()
  .max(20_000)
  .regex(
    /^[ \t]*(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp\d+)[ \t]+[A-Za-z0-9+/]+=*([ \t].*)?\r?$/m,
    'want the public host key, such as "ssh-ed25519 AAAA…": the line in /etc/ssh/ssh_host_ed25519_key.pub on the host',
  )

const PUBLIC_KEY = /^(?:ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp\d+)[ \t]+[A-Za-z0-9+/]+=*(?:[ \t].*)?$/

/** Line by line: one pattern for all of them would try every way to share out the blanks between two lines. */
const planKey = z
  .string()
  .max(20_000)
  .refine((text) => {
    const lines = text.split('\n').map((line) => line.trim())
    return text !== '' && lines.every((line) => line === '' || line.startsWith('#') || PUBLIC_KEY.test(line))
  }, 'want public keys such as "ssh-ed25519 AAAA…", one a line: the file that ssh-keygen writes with .pub at its end')

const machine = {
  host: text.describe('Address or name of the machine.'),
  port: z.int().min(1).max(65_535).optional().describe('Port of sshd; 22 when left out.'),
  user: z
    .string()
    .regex(/^[a-z_][a-z0-9_-]*$/i, 'want a user name')
    .describe('root, or a user who may sudo without a password.'),
  host_key: hostKey.describe('The public host key that is pinned: "ssh-ed25519 AAAA…".'),
}

const jump = z
  .strictObject({ ...machine, user: machine.user.describe('Needs no rights there but forwarding.') })
  .describe('A machine that is reached first, with the same SSH key, and from which the host is.')

const ssh = z.strictObject({
  ...machine,
  proxy_jump: jump.optional(),
  plan_key: planKey
    .optional()
    .describe('The public half of the key that pull requests use; deploy lets it look and do nothing else.'),
})

const checksum = (digits: number) =>
  z
    .string()
    .regex(
      new RegExp(`^[0-9a-f]{${digits}}$`),
      `want ${digits} hex digits, as the image's list of checksums has them`,
    )

/** Of a machine that a hypervisor makes for us. */
const born = {
  name: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/i, 'want a DNS name')
    .optional()
    .describe('Of the machine; the domain when left out.'),
  address: z
    .string()
    .regex(
      /^[0-9a-f.:]+\/\d{1,3}$/i,
      'want the address of the machine with its prefix length, such as 192.0.2.10/24',
    )
    .describe('Address of the VM with its prefix length: 192.0.2.10/24.'),
  gateway: z
    .string()
    .refine((value) => isIP(value) !== 0, 'want an IPv4 or IPv6 address')
    .describe('Address of the router.'),
  nameservers: z
    .array(z.string().refine((value) => isIP(value) !== 0, 'want an IPv4 or IPv6 address'))
    .optional()
    .describe('Addresses of DNS servers; the router when left out.'),
  image: z
    .strictObject({
      url: z
        .url({ protocol: /^https?$/, error: 'want the address of a qcow2 cloud image' })
        .describe('Address of a qcow2 file.'),
      sha256: checksum(64).optional().describe('Its checksum; this one or sha512.'),
      sha512: checksum(128).optional().describe('Its checksum; this one or sha256.'),
    })
    .refine(
      ({ sha256, sha512 }) => (sha256 === undefined) !== (sha512 === undefined),
      'want either sha256 or sha512',
    )
    .describe('The cloud image that the machine is made of: Debian 13 or Ubuntu 24.04, with cloud-init.'),
  user: machine.user.optional(),
  host_key: machine.host_key
    .optional()
    .describe('Pins the key here; when left out, the hypervisor is asked for it.'),
  plan_key: planKey
    .optional()
    .describe('The public half of the key that pull requests use; deploy lets it look and do nothing else.'),
  proxy_jump: jump.optional(),
}

/** Part of an address of Proxmox's API, or a word of a command on the hypervisor: nothing in it may lead elsewhere. */
const label = z
  .string()
  .max(64)
  .regex(/^[A-Za-z0-9_](?:[A-Za-z0-9_.+-]*[A-Za-z0-9_])?$/, 'want a plain name of letters, digits, - _ and .')

const proxmox = z.strictObject({
  api: z
    .url({ protocol: /^https$/, error: 'want the address of the API, such as https://pve.example:8006' })
    .describe('Address of the API: https://pve.example:8006. The token is PROXMOX_TOKEN.'),
  fingerprint: z
    .string()
    .regex(
      /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/i,
      'want the SHA-256 fingerprint of its certificate: pvenode cert info',
    )
    .optional()
    .describe("SHA-256 of the API's certificate, when no known authority signed it."),
  node: label.describe('The node of the cluster that runs the VM.'),
  pool: label
    .optional()
    .describe('The resource pool that the VM is created in; the token needs its rights on VMs there alone.'),
  storage: label.describe('For the disk.'),
  image_storage: label
    .optional()
    .describe(
      'For the image and the first configuration: files with content import and iso; local when left out.',
    ),
  bridge: label.describe('The bridge that the VM is connected to.'),
  vlan: z.int().min(1).max(4094).optional().describe('VLAN tag; none when left out.'),
  ...born,
})

const libvirt = z
  .strictObject({
    uri: z
      .string()
      .regex(
        /^qemu\+ssh:\/\/[a-z_][a-z0-9_-]*@([a-z0-9.-]+|\[[0-9a-f:]+\])(:\d{1,5})?\/system$/i,
        'want the address of libvirt with a user, such as qemu+ssh://root@hv.example/system',
      )
      .describe('The hypervisor, reached by SSH with LIBVIRT_SSH_KEY: as root, or as a user who may sudo.'),
    hypervisor_key: hostKey.describe('The public host key of the hypervisor, which is pinned.'),
    pool: label.optional().describe('The storage pool, one of files; default when left out.'),
    network: label.optional().describe('A network of libvirt; default when neither is given.'),
    bridge: label.optional().describe('A bridge of the hypervisor, in place of a network of libvirt.'),
    ...born,
  })
  .refine(
    ({ network, bridge }) => network === undefined || bridge === undefined,
    'want a network or a bridge, not both',
  )

const address = z.string().refine((value) => isIP(value) !== 0, 'want an IPv4 or IPv6 address')

const gib = z.string().regex(/^[1-9]\d{0,3}GiB$/, 'want a size such as 4GiB')

const window = z.strictObject({
  max_budget: usd.describe('USD in each period.'),
  time_period: period.describe(`When the spend resets: ${PERIODS_ALLOWED}.`),
})

/** Whose it is and which limits that one can have is checked in `budgets.ts`: the place is known better there. */
const budget = z.strictObject({
  user_id: text.optional().describe('An internal user; with team_id: that user within the team.'),
  team_id: text.optional().describe('A team.'),
  customer_id: text.optional().describe('An end user: what requests give as `user`.'),
  key_alias: text.optional().describe('A virtual key that exists, by its alias.'),
  provider: text.optional().describe('A provider such as openai; all its deployments together.'),
  tag: text.optional().describe('A tag that requests carry.'),
  max_budget: usd.optional().describe('USD in each period; no limit when left out.'),
  time_period: period.optional().describe(`When the spend resets: ${PERIODS_ALLOWED}. Never, when left out.`),
  soft_budget: usd.optional().describe('USD from which on LiteLLM alerts; nothing is refused.'),
  tpm_limit: z.int().nonnegative().optional().describe('Tokens a minute.'),
  rpm_limit: z.int().nonnegative().optional().describe('Requests a minute.'),
  models: z.array(text).min(1).optional().describe('The models that may be used; all, when left out.'),
  model_max_budget: z.record(text, window).optional().describe('Budgets by name of the model.'),
  budget_limits: z.array(window).min(1).optional().describe('Further budgets that hold at the same time.'),
})

export type BudgetEntry = z.infer<typeof budget>

const rotate = z.strictObject({
  grace: graceForm
    .optional()
    .describe(
      'How long the old key goes on working; 24h when left out. At least the longest job that reads the secret.',
    ),
  targets: z
    .array(secretTarget)
    .describe('The GitHub secrets that get the new key. Each has to exist already.'),
  distribute: z
    .enum(['virtual-key', 'master-key'])
    .optional()
    .describe(
      'What the targets get. virtual-key: one that calls models and administers nothing, while the master key stays on the host. master-key when left out.',
    ),
  key: z
    .strictObject({
      models: z.array(text).min(1).optional().describe('The models that it may use; all, when left out.'),
      team_id: text.optional().describe('The team that it belongs to.'),
      user_id: text.optional().describe('The user that it belongs to.'),
      max_budget: usd.optional().describe('USD in each period.'),
      time_period: period
        .optional()
        .describe(`When its spend resets: ${PERIODS_ALLOWED}. Never, when left out.`),
      tpm_limit: z.int().nonnegative().optional().describe('Tokens a minute.'),
      rpm_limit: z.int().nonnegative().optional().describe('Requests a minute.'),
    })
    .optional()
    .describe('What the virtual key may do.'),
  canary: z
    .boolean()
    .optional()
    .describe(
      'Ask each repository, by its workflow rotate-canary.yml, to prove that jobs read the new key. The token needs Actions: write there.',
    ),
})

/** LiteLLM knows an image by this and not by its digest: who writes both, as Renovate does, may go on. */
const image = new RegExp(`^${IMAGE.replace('@', '(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?@')}$`)

/** What we know of `gateway.yaml`, our own keys and those of LiteLLM's that mean something to us. */
const known = z.strictObject({
  domain: z
    .string()
    .regex(
      /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/i,
      'want a domain name such as llm.example.com',
    )
    .describe('The name under which people reach the gateway.'),
  size: z
    .strictObject({
      vcpu: z.int().positive().describe('Virtual processors.'),
      memory: gib.describe('Memory: 8GiB.'),
      disk: gib.describe('Disk: 60GiB. It can grow later, not shrink.'),
    })
    .optional()
    .describe('The VM, when the table does not fit.'),
  vm: z
    .strictObject({
      ssh: ssh.optional().describe('A machine that exists: Debian 13, Ubuntu 24.04 or newer.'),
      proxmox: proxmox.optional().describe('A VM that Proxmox VE makes.'),
      libvirt: libvirt.optional().describe('A VM that a hypervisor with libvirt makes.'),
    })
    .refine(
      (vm) => Object.values(vm).filter((one) => one !== undefined).length === 1,
      'want exactly one of ssh, proxmox and libvirt',
    )
    .describe('Who makes the machine.'),
  litellm: z
    .strictObject({
      image: z
        .string()
        .regex(
          image,
          'want an image by digest: registry/repository:tag@sha256:… (litellm-gitops plan asks the registry for the digest of a tag, and says the line)',
        )
        .describe(
          'Image of LiteLLM by tag and digest: registry/repository:v1.106.2@sha256:…. The digest decides; the tag may be left out. With a tag alone, plan says the line to write.',
        ),
      version: z
        .string()
        .regex(/^\d{1,3}\.\d{1,4}\.\d{1,4}$/, 'want a version such as 1.106.2')
        .optional()
        .describe(
          "LiteLLM's version in the image, by which keys are checked offline; that of the tag when left out.",
        ),
      workers: z.int().min(1).max(64).optional().describe('Worker processes; 4 when left out.'),
      in_image: z
        .array(text)
        .optional()
        .describe(
          'Python modules and absolute paths that an image of your own has, so that they are not looked for beside this file.',
        ),
      registry: registrySchema.optional(),
    })
    .describe('Which LiteLLM, and how many workers.'),
  strict: z.boolean().optional().describe('Unknown LiteLLM keys are errors, not warnings.'),
  model_list: z
    .array(
      z.looseObject({
        model_name: text.describe(
          'The name that people ask for. Several entries of one name share its requests.',
        ),
        litellm_params: z
          .looseObject({ model: text.describe("LiteLLM's name of the model: provider/model.") })
          .describe("How the provider is called, in LiteLLM's own words. A key is os.environ/NAME."),
        model_info: z
          .looseObject({
            id: z
              .union([text, z.int()])
              .nullish()
              .describe('Identifies the entry; made of its content when left out.'),
          })
          .optional()
          .describe('What LiteLLM tells about the model, in its own words.'),
      }),
    )
    .nullish()
    .describe("The models, as in LiteLLM's config.yaml."),
  router_settings: settings.nullish().describe("LiteLLM's own section of that name."),
  litellm_settings: litellmSettings.nullish().describe("LiteLLM's own section of that name."),
  general_settings: settings.nullish().describe("LiteLLM's own section of that name."),
  environment_variables: z
    .record(
      z.string().regex(whole(VARIABLE), 'want the name of an environment variable'),
      z.union([z.string(), z.number(), z.boolean(), z.null()], {
        error: 'want text, a number, or true or false',
      }),
    )
    .nullish()
    .describe(
      "Variables of LiteLLM's process, from its first moment on: constants that it reads while it loads take effect. A secret is os.environ/NAME.",
    ),
  budget_config: z
    .array(budget)
    .nullish()
    .describe('Who may spend and use how much. Each entry names one owner.'),
  ...entitySections,
  prune: z
    .boolean()
    .optional()
    .describe(
      'What this repository keeps and declares no more goes: budgets are lifted; teams, users, keys and the like are deleted. Without it they stay and are listed.',
    ),
  backup: backupSchema.optional().describe('Daily backups; on the host alone when left out.'),
  rotate: rotate.optional().describe('How the master key is rotated, and who gets the new one.'),
  policy: policy
    .optional()
    .describe('What a declaration has to keep to: plan and sync refuse what does not.'),
  proxy: z.enum(['caddy', 'external']).optional().describe('Who stands in front; caddy when left out.'),
  tls: z
    .enum(['acme', 'internal', 'off'])
    .optional()
    .describe(
      'Where the certificate comes from; acme when left out. internal: an authority on the host itself.',
    ),
  public_address: z
    .union([address, z.array(address).min(1)])
    .optional()
    .describe('The addresses that DNS has to name for the domain, when they are not those of the machine.'),
  firewall: firewallSchema.optional(),
  front: frontSchema.optional(),
  files: z
    .array(text)
    .optional()
    .describe(
      "Files, folders and patterns such as prompts/** that go to the host beside config.yaml, besides those that LiteLLM's sections name.",
    ),
  include: z
    .union([text, z.array(text)])
    .optional()
    .describe('Files that hold more of the lists, and sections of LiteLLM.'),
})

/** The shape of `gateway.yaml`. LiteLLM's own sections are open here; their keys are checked against LiteLLM's (`litellm-keys.ts`). */
export const gatewaySchema = known.extend(othersOf(carriedShapes))

/** The sections of LiteLLM that mean nothing to us. They are in no type: what carries them goes through all that there are. */
function othersOf(shapes: Readonly<Record<string, z.ZodType>>): object {
  return Object.fromEntries(Object.entries(shapes).filter(([name]) => !Object.hasOwn(known.shape, name)))
}

export type GatewayFile = z.infer<typeof gatewaySchema>
