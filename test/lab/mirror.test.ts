import { expect, test } from 'vitest'
import { archiveAddresses, defaultAddresses } from './mirror.ts'

test.each([
  [
    'deb822',
    'Types: deb\nURIs: http://mirror.example/debian/\nSuites: bookworm\n',
    ['http://mirror.example/debian'],
  ],
  [
    'deb822, several',
    'URIs: http://a.example/debian https://b.example/debian\n',
    ['http://a.example/debian', 'https://b.example/debian'],
  ],
  ['one line', 'deb http://mirror.example/debian bookworm main\n', ['http://mirror.example/debian']],
  [
    'one line with options',
    'deb [signed-by=/k.gpg arch=amd64] https://m.example/debian-security x main',
    ['https://m.example/debian-security'],
  ],
  [
    'comments and sources',
    '# deb http://no.example/debian x main\ndeb-src http://no.example/debian x main\n',
    [],
  ],
])('finds the archive in apt sources: %s', (_name, text, addresses) => {
  expect(archiveAddresses(text)).toEqual(addresses)
})

test('finds the mirrors that mmdebstrap takes by itself', () => {
  const script = `# see https://m.example/debian
    my $mirror = 'http://m.example/debian';
    my $secmirror = 'http://s.example/debian-security';`
  expect(defaultAddresses(script)).toEqual(['http://m.example/debian', 'http://s.example/debian-security'])
})
