/** The way to a value from the top of the declaration, by keys and places in lists. */
export type Path = readonly (string | number)[]

/** `model_list[0].litellm_params.api_key` */
export function pathText(path: Path): string {
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`))
    .join('')
}
