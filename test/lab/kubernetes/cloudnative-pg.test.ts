import { expect, test } from 'vitest'
import { withImage } from './cloudnative-pg.ts'

test("puts the lab's image in both places where the operator names its own", () => {
  const manifest = [
    '        - name: OPERATOR_IMAGE_NAME',
    '          value: registry.example/owner/cloudnative-pg:1.30.0',
    '        image: registry.example/owner/cloudnative-pg:1.30.0',
    '        imagePullPolicy: Always',
    '    description: such as cloudnative-pg:1.30.0',
  ].join('\n')
  expect(withImage(manifest, 'lab/operator:1')).toBe(
    [
      '        - name: OPERATOR_IMAGE_NAME',
      '          value: lab/operator:1',
      '        image: lab/operator:1',
      '        imagePullPolicy: Always',
      '    description: such as cloudnative-pg:1.30.0',
    ].join('\n'),
  )
})
