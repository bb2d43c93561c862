import { expect, test } from 'vitest'
import { findSecrets } from '../../../../src/config/secrets/secrets.ts'
import cases from '../../../contract/secrets.json' with { type: 'json' }

// The host reads the same file (test/agent/base/test_redaction.py): what may be written out here is shown there, so that a plan after the
// deploy is empty, and all else is hidden.
test.each(cases)('$name', ({ document, hidden }) => {
  const found = findSecrets(document).literals.map(({ path }) => path.join('.'))
  expect(found.sort()).toEqual([...hidden].sort())
})
