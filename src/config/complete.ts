import { type BackupSettings, backupOf, type DrillTargets, drillTargets } from './backup.ts'
import { type Firewall, firewallOf } from './firewall.ts'
import { declaredVersion, withoutTag } from './litellm/versions.ts'
import type { GatewayFile } from './schema.ts'
import { completeVm, type Vm } from './vm.ts'

export const DEFAULT_WORKERS = 4
const DEFAULTS = { proxy: 'caddy', tls: 'acme' } as const
export const ROTATE = { grace: '24h', distribute: 'master-key', canary: false } as const

type Declared<Key extends keyof GatewayFile> = NonNullable<GatewayFile[Key]>

type Completed<Section, Key extends keyof Section> = Section & {
  readonly [Name in Key]-?: NonNullable<Section[Name]>
}
type Rotate = Completed<Declared<'rotate'>, 'grace' | 'distribute' | 'canary'>

/** A checked declaration with its defaults filled in: no reader of it has defaults of its own. */
export interface Gateway
  extends Omit<
    GatewayFile,
    'proxy' | 'tls' | 'litellm' | 'vm' | 'prune' | 'backup' | 'firewall' | 'rotate' | 'model_list'
  > {
  readonly model_list: Declared<'model_list'>
  readonly proxy: Declared<'proxy'>
  /** `own`: the certificate is declared under `front`. */
  readonly tls: Declared<'tls'> | 'own'
  /** The image without a tag, and the version that is declared or in the tag. */
  readonly litellm: Completed<GatewayFile['litellm'], 'workers'>
  readonly vm: Vm
  readonly prune: boolean
  readonly backup: BackupSettings
  readonly drill: DrillTargets
  /** Undefined when the site has its own. */
  readonly firewall: Firewall | undefined
  /** Undefined when no key is rotated. */
  readonly rotate: Rotate | undefined
}

/** Fills in the defaults. Pure. */
export function complete(file: GatewayFile): Gateway {
  const { proxy = DEFAULTS.proxy, prune = false, rotate } = file
  const tls = file.front?.certificate === undefined ? (file.tls ?? DEFAULTS.tls) : 'own'
  return {
    ...file,
    proxy,
    tls,
    prune,
    model_list: file.model_list ?? [],
    litellm: litellmOf(file.litellm),
    vm: completeVm(file.vm),
    backup: backupOf(file),
    drill: drillTargets(file),
    firewall: firewallOf(file.firewall, { proxy, tls }),
    rotate: rotate && {
      ...rotate,
      grace: rotate.grace ?? ROTATE.grace,
      distribute: rotate.distribute ?? ROTATE.distribute,
      canary: rotate.canary ?? ROTATE.canary,
    },
  }
}

function litellmOf(litellm: GatewayFile['litellm']): Gateway['litellm'] {
  const version = declaredVersion(litellm)
  return {
    ...litellm,
    image: withoutTag(litellm.image),
    ...(version === undefined ? {} : { version }),
    workers: litellm.workers ?? DEFAULT_WORKERS,
  }
}
