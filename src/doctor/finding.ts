/** Something that is wrong, or will be. */
export interface Finding {
  /** Stable name of the kind of finding, such as `redis-down`. */
  readonly id: string
  /** `error`: people are hurt by it, now or by the next fault. `warning`: they will be. */
  readonly severity: 'error' | 'warning'
  /** One sentence with the figures. Never holds a secret's value. */
  readonly what: string
  /** What it leads to. */
  readonly why: string
  readonly mend: Mend
  /** What `doctor --fix` can do about it without anybody being asked. */
  readonly fix?: Fix
}

/** Where the cure is applied: as root on the host, by our own program, in gateway.yaml, in the workflow's repository, or elsewhere. */
export interface Mend {
  readonly where: 'host' | 'litellm-gitops' | 'gateway.yaml' | 'GitHub' | 'elsewhere'
  /** The command, the lines of YAML, or what to do in a sentence. */
  readonly text: string
}

/** Cures that can do no harm: a file of ours is closed to others, a unit that should run is started. */
export type Fix =
  | { readonly kind: 'close'; readonly path: string }
  | { readonly kind: 'start'; readonly unit: string }

export function onHost(text: string): Mend {
  return { where: 'host', text }
}

export function byUs(text: string): Mend {
  return { where: 'litellm-gitops', text }
}

export function inYaml(text: string): Mend {
  return { where: 'gateway.yaml', text }
}

export function elsewhere(text: string): Mend {
  return { where: 'elsewhere', text }
}

/** What could not be looked at is not healthy: nobody knows. */
export function unread(id: string, what: string, problem: string): Finding {
  return {
    id,
    severity: 'warning',
    what: `${what} cannot be looked at: ${problem}`,
    why: 'What nobody can look at may be broken since long.',
    mend: onHost('journalctl -p warning --since -1h'),
  }
}
