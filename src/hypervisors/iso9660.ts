/** Size of a block on a CD. */
const BLOCK = 2048
/** The first sixteen blocks are reserved for boot loaders. */
const RESERVED = 16

export interface IsoFile {
  /** Upper case letters, digits, `-` and `_`; Linux shows it in lower case. */
  readonly name: string
  readonly content: Uint8Array
}

/**
 * A CD image (ISO 9660, ECMA-119, one folder) with the volume label `label`: what cloud-init's NoCloud looks for, and the one form
 * of file that Proxmox takes over its API. Names carry the `-` that ECMA-119 does not allow and that every reader takes.
 */
export function isoImage(label: string, files: readonly IsoFile[], date: Date): Buffer {
  const rootBlock = RESERVED + 2 + 2
  let next = rootBlock + 1
  const placed = files.map(({ name, content }) => {
    const block = next
    next += Math.max(1, Math.ceil(content.length / BLOCK))
    return { name: `${name.toUpperCase()};1`, content, block }
  })
  const image = Buffer.alloc(next * BLOCK)
  const root = record('\0', rootBlock, BLOCK, true, date)

  const volume = image.subarray(RESERVED * BLOCK, (RESERVED + 1) * BLOCK)
  volume.write('\x01CD001\x01', 0, 'latin1')
  volume.write(''.padEnd(32), 8)
  volume.write(label.padEnd(32), 40)
  both32(volume, 80, next)
  both16(volume, 120, 1)
  both16(volume, 124, 1)
  both16(volume, 128, BLOCK)
  both32(volume, 132, 10)
  volume.writeUInt32LE(RESERVED + 2, 140)
  volume.writeUInt32BE(RESERVED + 3, 148)
  root.copy(volume, 156)
  volume.write(''.padEnd(128 * 4 + 37 * 3), 190)
  const stamp = `${date.toISOString().replace(/\D/g, '').slice(0, 16)}`
  for (const offset of [813, 830, 864]) volume.write(stamp, offset)
  volume.write('0'.repeat(16), 847)
  volume[881] = 1

  const end = image.subarray((RESERVED + 1) * BLOCK, (RESERVED + 2) * BLOCK)
  end.write('\xffCD001\x01', 0, 'latin1')

  // The path tables know one folder, the root: one in each byte order.
  for (const [block, big] of [
    [RESERVED + 2, false],
    [RESERVED + 3, true],
  ] as const) {
    const table = image.subarray(block * BLOCK)
    table[0] = 1
    if (big) table.writeUInt32BE(rootBlock, 2)
    else table.writeUInt32LE(rootBlock, 2)
    if (big) table.writeUInt16BE(1, 6)
    else table.writeUInt16LE(1, 6)
  }

  const entries = [
    root,
    record('\x01', rootBlock, BLOCK, true, date),
    ...placed
      .toSorted((one, other) => (one.name < other.name ? -1 : 1))
      .map(({ name, content, block }) => record(name, block, content.length, false, date)),
  ]
  Buffer.concat(entries).copy(image, rootBlock * BLOCK)
  for (const { content, block } of placed) image.set(content, block * BLOCK)
  return image
}

function record(name: string, block: number, size: number, folder: boolean, date: Date): Buffer {
  const length = 33 + name.length + (name.length % 2 === 0 ? 1 : 0)
  const bytes = Buffer.alloc(length)
  bytes[0] = length
  both32(bytes, 2, block)
  both32(bytes, 10, size)
  const when = [
    date.getUTCFullYear() - 1900,
    date.getUTCMonth() + 1,
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
    0,
  ]
  bytes.set(when, 18)
  bytes[25] = folder ? 2 : 0
  both16(bytes, 28, 1)
  bytes[32] = name.length
  bytes.write(name, 33, 'latin1')
  return bytes
}

function both16(bytes: Buffer, offset: number, value: number): void {
  bytes.writeUInt16LE(value, offset)
  bytes.writeUInt16BE(value, offset + 2)
}

function both32(bytes: Buffer, offset: number, value: number): void {
  bytes.writeUInt32LE(value, offset)
  bytes.writeUInt32BE(value, offset + 4)
}
