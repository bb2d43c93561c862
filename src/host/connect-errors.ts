import { networkInterfaces } from 'node:os'
import { noIpv6 } from '../text/ipv6.ts'
import { HostAuthError, type HostError, HostKeyError, HostUnreachableError } from './errors.ts'
import type { WrongKey } from './private-key.ts'

/** What a failed connection means, and what to do about it. */
export function explainConnectError(
  cause: unknown,
  where: string,
  expected: readonly string[],
  shown: string | null,
  wrong?: WrongKey,
): HostError {
  const error = cause instanceof Error ? cause : new Error(String(cause))
  const level = 'level' in error ? error.level : undefined
  if (shown !== null && !expected.includes(shown)) {
    return new HostKeyError(
      `${where} shows the host key ${shown}, but ${expected.join(' or ')} is pinned. Either this is not the machine you expect, or it was reinstalled: ` +
        'compare with "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub" on its console and change host_key only when they agree.',
      expected,
      shown,
    )
  }
  if (/no matching host key/i.test(error.message)) {
    return new HostKeyError(
      `${where} has no host key of the pinned kind (${expected.join(', ')}). Pin a key that it has: the line of a file /etc/ssh/ssh_host_*_key.pub, read on its console.`,
      expected,
      null,
    )
  }
  if (level === 'client-authentication') {
    return new HostAuthError(
      `${where} refuses the SSH key. Its public part belongs in ~/.ssh/authorized_keys of that user on the host; check also that ssh-key is the right secret. A read-only key has to be known to the host: its public half is in vm.ssh.plan_key, and deploy has run since.`,
      { cause },
    )
  }
  if (
    /cannot parse privatekey|does not contain a \(valid\) private key|unsupported key format|encrypted .*key|malformed/i.test(
      error.message,
    )
  ) {
    if (wrong !== undefined)
      return new HostAuthError(`What was given as the SSH key ${wrong.what}. Fix: ${wrong.fix}.`, { cause })
    return new HostAuthError(
      `The SSH private key cannot be read: ${error.message}. It must be the whole file, from its BEGIN line to its END line, without a passphrase.`,
      { cause },
    )
  }
  const own = Object.values(networkInterfaces()).flatMap((one) => one?.map(({ address }) => address) ?? [])
  const ipv6 = noIpv6(error.message, own)
  if (ipv6 !== undefined)
    return new HostUnreachableError(`${where} cannot be reached: ${error.message}. ${ipv6}`, { cause })
  return new HostUnreachableError(
    `${where} cannot be reached: ${error.message}. Check that the machine is up, that the address and port are right, and that a firewall lets this runner in.`,
    { cause },
  )
}
