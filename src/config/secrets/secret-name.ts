// The same names and forms as in the host's redaction (src/agent/base/redaction.py): what is refused here is what is fingerprinted there.
const SECRET_NAME =
  /(^|_)(api_?key|key|secret|token|password|passwd|passphrase|pwd?|credentials?|authorization|private_key|dsn|connection_string)s?$/i
const NOT_SECRET =
  /(max|min|input|output|cached?|total|completion|prompt|reasoning|per|budget|rpm|tpm)_.*tokens?$|^tokens?$|key_alias$|cache_key$|^(cost|model)_key$|_per_token$|header_key$|user_header_name$/i
/** `apiKey` is named as `api_key` is. */
const HUMP = /(?<=[a-z0-9])(?=[A-Z])/g
/** What is looked at of a name: its end says what it is, and a pattern would be tried on a long one for ever. */
const END = 200

/** Whether what stands under this name is a secret. */
export function isSecretName(name: string): boolean {
  const end = name.slice(-END)
  if (name === 'environment_variables' || name === 'keys' || NOT_SECRET.test(end)) return false
  return SECRET_NAME.test(end.replaceAll(HUMP, '_'))
}
