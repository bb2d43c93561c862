import type { ErrorText } from './error-text.ts'

export const HYPERVISOR_ERRORS = {
  libvirt: {
    means: 'libvirt refuses what was asked.',
    fix: "The message has libvirt's own reason.",
  },
  tools: {
    means: 'Programs are missing on the hypervisor.',
    fix: 'Install the packages in the message.',
  },
  pool: {
    means: 'The storage pool is missing, not active, or of another kind.',
    fix: 'Use a pool of files; the message has the command that starts it.',
  },
  network: {
    means: 'The network or bridge is missing or not active.',
    fix: 'The message has the command that starts it, or lists those that there are.',
  },
  disk: {
    means: 'The VM has no disk of ours any more; it was changed by hand.',
    fix: 'Put the disk back under the name vda, or remove the VM and let `deploy` make a new one.',
  },
  'disk-exists': {
    means: 'There is no VM, but its disk.',
    fix: 'It may hold data: rename it, or remove it, and run again.',
  },
} as const satisfies Readonly<Record<string, ErrorText>>
