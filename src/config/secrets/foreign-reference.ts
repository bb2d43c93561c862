import { isSecretName } from './secret-name.ts'

/** `${NAME}`, `${NAME:-default}`, `$NAME`, `os.environ.NAME`, `os.getenv("NAME")`, `${{ secrets.NAME }}`, `env:NAME`: how others refer to a variable. */
const FOREIGN =
  /^(?:\$\{?|\$?\{\{ *(?:secrets|env|vars)\. *|os\.environ(?:\.get\(|[.[:]) *["']?|os\.environ|os\.getenv\(["']|(?:env|ENV)[:./])\/?([A-Z][A-Z0-9_]*)["']?(?:(?<=\w):?[-=?]([^}]*)|, *[^)]*)?[\])]? *\}{0,2}$/
/** A variable's name alone. */
const BARE = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/
/** `${NAME}` with other text around it. */
const INSIDE = /\$\{([A-Za-z_]\w*)(?::?[-=?][^}]*)?\}/g

/** A variable that is named in a form that LiteLLM does not read. */
export interface ForeignReference {
  readonly name: string
  /** Of `${NAME:-default}`. */
  readonly preset?: string
}

/** The variable that a whole text means to name; undefined for any other text. */
export function foreignReference(text: string): ForeignReference | undefined {
  const [whole, name, preset] = FOREIGN.exec(text.trim()) ?? []
  if (whole !== undefined && name !== undefined) return { name, ...(preset === undefined ? {} : { preset }) }
  return BARE.test(text) && isSecretName(text) ? { name: text } : undefined
}

/** Those that a text names somewhere, between other words: nothing puts their values in. */
export function foreignWithin(text: string): string[] {
  return text.includes('${') ? [...text.matchAll(INSIDE)].map(([, name = '']) => name) : []
}
