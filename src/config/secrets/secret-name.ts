import * as forms from '../../contract/forms.ts'

const SECRET_NAME = new RegExp(forms.SECRET_NAME, 'i')
const NOT_SECRET = new RegExp(forms.NOT_SECRET, 'i')
const HUMP = new RegExp(forms.HUMP, 'g')
const NEVER: readonly string[] = forms.NEVER_SECRET

/** Whether the value under this name is a secret. */
export function isSecretName(name: string): boolean {
  const end = name.slice(-forms.NAME_END)
  if (NEVER.includes(name) || NOT_SECRET.test(end)) return false
  return SECRET_NAME.test(end.replaceAll(HUMP, '_'))
}
