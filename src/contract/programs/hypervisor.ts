import { z } from 'zod'
import { bytes, count, named, text, texts } from '../schema.ts'

const which = { name: text, pool: text.describe('a storage pool of files') }
const image = z.object({
  url: text,
  checksum: text.describe('hex digits'),
  algorithm: z.enum(['sha256', 'sha512']),
})
export const hypervisorQuestion = named(
  'HypervisorQuestion',
  z.union([
    z.object({ action: z.enum(['observe', 'forget-seed', 'destroy']), ...which }),
    z.object({
      action: z.literal('converge'),
      ...which,
      network: text.exactOptional().describe('of libvirt'),
      bridge: text.exactOptional().describe('of the hypervisor, in place of a network'),
      vcpu: count,
      memoryMib: count,
      diskGib: count,
      image,
      hostKey: text.describe('the public half of the one that it is born with'),
      seed: text.describe('SECRET. base64 of a CD with its first configuration'),
    }),
  ]),
)
export const hypervisorAnswer = named(
  'HypervisorAnswer',
  z.object({
    id: text.nullable().describe('null: there is no such VM'),
    running: z.boolean(),
    vcpu: count,
    memoryMib: count,
    diskBytes: bytes,
    hostKey: text.nullable(),
    pendingRestart: texts,
  }),
)
