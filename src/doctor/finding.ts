/** A problem, present or coming. */
export interface Finding {
  /** Stable name of the kind of finding, such as `redis-down`. */
  readonly id: string
  /** `error`: users are affected, now or at the next fault. `warning`: they will be. */
  readonly severity: 'error' | 'warning'
  /** One sentence with the figures. Never holds a secret's value. */
  readonly what: string
  /** What it leads to. */
  readonly why: string
  readonly remedy: Remedy
  /** What `doctor --fix` may do about it without asking. */
  readonly fix?: Fix
}

/** Where to apply the fix: as root on the host, with this CLI, in gateway.yaml, in the workflow's repository, or elsewhere. */
export interface Remedy {
  readonly where: 'host' | 'litellm-gitops' | 'gateway.yaml' | 'GitHub' | 'elsewhere'
  /** The command, the lines of YAML, or what to do in a sentence. */
  readonly text: string
}

/** Harmless fixes: restrict the mode of a file of ours, start a unit that should run. */
export type Fix =
  | { readonly kind: 'close'; readonly path: string }
  | { readonly kind: 'start'; readonly unit: string }

export function onHost(text: string): Remedy {
  return { where: 'host', text }
}

export function byUs(text: string): Remedy {
  return { where: 'litellm-gitops', text }
}

export function inYaml(text: string): Remedy {
  return { where: 'gateway.yaml', text }
}

export function elsewhere(text: string): Remedy {
  return { where: 'elsewhere', text }
}

/** A failed check is not a passed one. */
export function unread(id: string, what: string, problem: string): Finding {
  return {
    id,
    severity: 'warning',
    what: `${what} cannot be checked: ${problem}`,
    why: 'If it cannot be checked, it may have been broken for a long time.',
    remedy: onHost('journalctl -p warning --since -1h'),
  }
}
