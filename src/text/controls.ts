/**
 * What nobody sees, or what changes how the text around it is seen: controls but for line end and tab, marks of direction, invisible
 * characters, further line ends. A joiner belongs between characters that are no ASCII, such as those of one emoji.
 */
const UNSEEN = /(?![\n\t\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|(?<![^\0-\x7f])[\u200c\u200d]/gu

/**
 * Shows what is unseen in text of others as `\u001b`, which terminals, logs and Markdown leave alone and JSON reads as before.
 * Nothing is left out: the two ends of a secret must not grow together behind the redactor's back.
 */
export function visible(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(UNSEEN, (found) => {
    let shown = ''
    for (let at = 0; at < found.length; at += 1)
      shown += `\\u${found.charCodeAt(at).toString(16).padStart(4, '0')}`
    return shown
  })
}

/** At most so much of a text, in whole words: the begin of a secret that was cut is no longer known as one. */
export function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most).replace(/\S*$/, '')}…`
}

/**
 * Breaks up what a workflow's runner would take for a command: `::name::` behind anything but a printing ASCII character at the start of
 * a line, and `##[name]` anywhere. It trims by its own idea of white space, and compares by one that overlooks invisible characters
 * (actions/runner, ActionCommand.cs), so no list of such characters is relied on. For text that went through {@link visible}.
 */
export function withoutCommands(text: string): string {
  return text.replace(/^([^\x21-\x7e\n\r\u2028\u2029]*):(?=:)/gm, '$1: ').replaceAll('##[', '## [')
}
