/** Both in plain words, as Markdown. */
export interface ErrorText {
  readonly means: string
  readonly fix: string
}
