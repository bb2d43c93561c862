import sodium from 'libsodium-wrappers'

await sodium.ready

export interface StoredSecret {
  readonly name: string
  /** What the sealed box contained. GitHub never shows it; a test compares it with what the product meant to write. */
  value: string
  createdAt: string
  updatedAt: string
  visibility: 'all' | 'private' | 'selected'
  selectedRepositoryIds: number[]
}

/** The secrets of one scope (a repository, an environment, an organization) with the key pair that they are sealed for. */
export class SecretStore {
  readonly secrets = new Map<string, StoredSecret>()
  #keys = sodium.crypto_box_keypair()
  #generation = 1

  /** The public key as GitHub gives it out: `key` is base64 of 32 bytes. */
  get publicKey(): { key_id: string; key: string } {
    return { key_id: this.#keyId, key: Buffer.from(this.#keys.publicKey).toString('base64') }
  }

  get #keyId(): string {
    return String(568_250_167_242_549_743n + BigInt(this.#generation))
  }

  /** Makes a new key pair, as GitHub does now and then: what was sealed for the old one is refused from now on. */
  rotateKey(): void {
    this.#keys = sodium.crypto_box_keypair()
    this.#generation += 1
  }

  /** The text in a sealed box; undefined when it was not sealed for the present key. */
  open(encrypted: string, keyId: string): string | undefined {
    if (keyId !== this.#keyId) return undefined
    try {
      const box = new Uint8Array(Buffer.from(encrypted, 'base64'))
      const opened = sodium.crypto_box_seal_open(box, this.#keys.publicKey, this.#keys.privateKey)
      return Buffer.from(opened).toString('utf8')
    } catch {
      return undefined
    }
  }
}
