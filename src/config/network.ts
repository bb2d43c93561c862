import { BlockList, isIP } from 'node:net'

/** Whether two networks, or addresses, have an address in common: one of them holds the first of the other. */
export function overlap(one: string, other: string): boolean {
  return holds(one, other) || holds(other, one)
}

/** Whether `network` holds the address of `other`, whatever length is written behind that. */
export function holds(network: string, other: string): boolean {
  const [base = '', length] = network.split('/')
  const [address = ''] = other.split('/')
  const list = new BlockList()
  list.addSubnet(base, Number(length ?? BITS[family(base)]), family(base))
  return list.check(address, family(address))
}

export const BITS = { ipv4: 32, ipv6: 128 } as const

export function family(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4'
}
