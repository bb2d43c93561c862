import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { must } from '../command.ts'
import { API_PORT, API_SERVICE, nodeAddress } from './addresses.ts'

/** Where the certificates of a cluster lie. */
export interface Credentials {
  /** Folder of node `number`; it has what that node needs and no more. */
  readonly node: (number: number) => string
  /** Of the administrator, for use from this machine. */
  readonly kubeconfig: string
}

export interface AuthorityOptions {
  /** Folder that is made. */
  readonly folder: string
  readonly nodes: number
  /** Address of the API server as this machine sees it. */
  readonly address: string
}

/** Certificate authorities and certificates of one cluster, and a kubeconfig for each that talks to its API server. */
export async function makeCredentials({ folder, nodes, address }: AuthorityOptions): Promise<Credentials> {
  const authority = join(folder, 'authority')
  const node = (number: number) => join(folder, `node${number}`)
  const control = node(1)
  await mkdir(authority, { recursive: true, mode: 0o700 })
  for (let number = 1; number <= nodes; number++) await mkdir(node(number), { mode: 0o700 })

  await Promise.all([ownSigned(authority, 'ca'), ownSigned(authority, 'front-proxy-ca')])
  const signed = (into: string, name: string, subject: string, names: readonly string[] = []) =>
    certificate({ authority: join(authority, 'ca'), into: join(into, name), subject, names })
  const client = async (into: string, name: string, subject: string, server: string) => {
    await signed(into, name, subject)
    await writeKubeconfig({ server, authority: `${authority}/ca.crt`, client: join(into, name) })
  }
  const server = `https://${nodeAddress(1)}:${API_PORT}`
  await Promise.all([
    serviceAccountKeys(control),
    signed(control, 'apiserver', '/CN=kube-apiserver', apiServerNames(address)),
    signed(control, 'apiserver-kubelet', '/O=system:masters/CN=kube-apiserver'),
    certificate({
      authority: join(authority, 'front-proxy-ca'),
      into: join(control, 'front-proxy'),
      subject: '/CN=front-proxy',
    }),
    client(folder, 'admin', '/O=system:masters/CN=admin', `https://${address}:${API_PORT}`),
    client(control, 'controller-manager', '/CN=system:kube-controller-manager', server),
    client(control, 'scheduler', '/CN=system:kube-scheduler', server),
    ...Array.from({ length: nodes }, (_, at) => at + 1).flatMap((number) => [
      nodeCertificate(node(number), number, signed),
      client(node(number), 'proxy', '/CN=system:kube-proxy', server),
      must(['cp', join(authority, 'ca.crt'), join(authority, 'front-proxy-ca.crt'), node(number)]),
    ]),
  ])
  for (let number = 1; number <= nodes; number++)
    await writeKubeconfig({ server, authority: `${authority}/ca.crt`, client: join(node(number), 'kubelet') })
  // The controllers sign what a kubelet or a user asks for.
  await must(['cp', join(authority, 'ca.key'), control])
  return { node, kubeconfig: join(folder, 'admin.kubeconfig') }
}

type Signed = (into: string, name: string, subject: string, names?: readonly string[]) => Promise<void>

/** Of one kubelet, as server and as client: API servers know nodes by this subject. */
const nodeCertificate = (folder: string, number: number, signed: Signed) =>
  signed(folder, 'kubelet', `/O=system:nodes/CN=system:node:node${number}`, [
    `DNS:node${number}`,
    `IP:${nodeAddress(number)}`,
  ])

const apiServerNames = (address: string) => [
  ...['', '.default', '.default.svc', '.default.svc.cluster.local'].map((rest) => `DNS:kubernetes${rest}`),
  ...[address, nodeAddress(1), API_SERVICE, '127.0.0.1'].map((each) => `IP:${each}`),
]

const elliptic = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-sha256'] as const

async function ownSigned(folder: string, name: string): Promise<void> {
  const file = join(folder, name)
  await must([
    'openssl',
    'req',
    '-x509',
    ...elliptic,
    ...['-subj', `/CN=${name}`, '-days', '30', '-keyout', `${file}.key`, '-out', `${file}.crt`],
    ...['-addext', 'keyUsage=critical,keyCertSign,digitalSignature'],
  ])
}

async function certificate(given: {
  /** Its files without `.crt` and `.key`, as `into`. */
  readonly authority: string
  readonly into: string
  /** `/O=group/CN=user`. */
  readonly subject: string
  /** `DNS:name` and `IP:address` that it is a server under. */
  readonly names?: readonly string[]
}): Promise<void> {
  const { authority, into, subject, names = [] } = given
  await must([
    'openssl',
    'req',
    '-x509',
    ...elliptic,
    ...['-CA', `${authority}.crt`, '-CAkey', `${authority}.key`],
    ...['-subj', subject, '-days', '30', '-keyout', `${into}.key`, '-out', `${into}.crt`],
    ...['-addext', 'basicConstraints=critical,CA:FALSE', '-addext', 'extendedKeyUsage=clientAuth,serverAuth'],
    ...(names.length === 0 ? [] : ['-addext', `subjectAltName=${names.join(',')}`]),
  ])
}

async function serviceAccountKeys(folder: string): Promise<void> {
  const key = join(folder, 'service-accounts.key')
  await must(['openssl', 'genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048', '-out', key])
  await must(['openssl', 'pkey', '-in', key, '-pubout', '-out', join(folder, 'service-accounts.pub')])
}

async function writeKubeconfig(given: {
  readonly server: string
  readonly authority: string
  /** The client's certificate and key without `.crt` and `.key`; the kubeconfig lies beside them. */
  readonly client: string
}): Promise<void> {
  const { server, authority, client } = given
  const encoded = async (file: string) => (await readFile(file)).toString('base64')
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'lab', cluster: { server, 'certificate-authority-data': await encoded(authority) } }],
    users: [
      {
        name: 'lab',
        user: {
          'client-certificate-data': await encoded(`${client}.crt`),
          'client-key-data': await encoded(`${client}.key`),
        },
      },
    ],
    contexts: [{ name: 'lab', context: { cluster: 'lab', user: 'lab' } }],
    'current-context': 'lab',
  }
  // JSON is YAML.
  await writeFile(`${client}.kubeconfig`, JSON.stringify(config), { mode: 0o600 })
}
