/** Bounded, as anyone who opens a pull request can write these texts. `import a.b as c, d` and `from .a import (b, c)`, at the beginning of a line or in a function. */
const IMPORT =
  /^[ \t]*import[ \t]+([\w.]+(?:[ \t]+as[ \t]+\w+)?(?:[ \t]*,[ \t]*[\w.]+(?:[ \t]+as[ \t]+\w+)?)*)/gm
const FROM = /^[ \t]*from[ \t]+(\.*)([\w.]*)[ \t]+import[ \t]+(\([^)]{0,2000}\)|[^\n#]*)/gm

/**
 * The modules that a Python text imports, as paths without `.py` from the folder of the configuration. What is no file there is a
 * library; a word in a comment may be among them and does no harm.
 * @param file the text's own path, from which relative imports count
 */
export function importedBy(text: string, file: string): string[] {
  const plain = [...text.matchAll(IMPORT)].flatMap(([, names = '']) =>
    names.split(',').map((name) => name.trim().split(/\s/)[0] ?? ''),
  )
  const from = [...text.matchAll(FROM)].flatMap(([, dots = '', module = '', names = '']) => {
    const base = [...above(file, dots.length), ...module.split('.')].filter((part) => part !== '')
    const members = names
      .replaceAll(/[()\n\\]/g, ' ')
      .split(',')
      .map((name) => name.trim().split(/\s/)[0] ?? '')
    // A name that is imported may be a module of its own.
    return [base, ...members.map((member) => [...base, member])].map((parts) => parts.join('/'))
  })
  const paths = [...plain.map((name) => name.replaceAll('.', '/')), ...from]
  return [...new Set(paths.filter((path) => /^\w+(?:\/\w+)*$/.test(path)))]
}

/** The folders that a relative import begins in: one dot is the file's own. */
function above(file: string, dots: number): string[] {
  if (dots === 0) return []
  const folders = file.split('/').slice(0, -1)
  return folders.slice(0, Math.max(0, folders.length - dots + 1))
}
