/** A regular expression of the contract that a whole text has to match. */
export function whole(form: string): RegExp {
  return new RegExp(`^(?:${form})$`)
}
