import type { ScalarTag, SchemaOptions, Tags } from 'yaml'

/** LiteLLM's parser takes `1e-8` for a text: in YAML 1.1 a number with an exponent has a point. */
const EXPONENT: ScalarTag = {
  tag: 'tag:yaml.org,2002:float',
  default: true,
  // Never found when reading; without one the library's own tag is preferred when writing.
  test: /(?!)/,
  identify: (value) => typeof value === 'number' && /^-?\d+e/.test(String(value)),
  resolve: Number,
  stringify: ({ value }) => String(value).replace('e', '.0e'),
}

/** How the package yaml writes what both versions of YAML read alike: `"off"` and `"1:30"` for texts, `1.0e-8` for a number. */
export const WRITING = {
  compat: 'yaml-1.1',
  customTags: (tags: Tags): Tags => [EXPONENT, ...tags],
} satisfies SchemaOptions
