import { certificate, errors, key, testFaults } from './fault.ts'
import { AT, DAY, HOUR } from './healthy.ts'

testFaults([
  ['a bad provider key', key(401), 'provider-key-refused', 'error', /secret OPENAI_API_KEY/],
  ['no credit', key(402), 'provider-credit', 'error', /Add credit/],
  ['a limited key', key(429), 'provider-limited', 'warning', /rpm/],
  ['a provider that is down', key(503), 'provider-down', 'warning', /fallbacks/],
  ['a provider out of reach', key(null), 'provider-unreachable', 'error', /fallbacks/],
  [
    'a key without a value',
    { parts: { providers: { missing: ['ANTHROPIC_API_KEY'] } } },
    'provider-key-missing',
    'error',
    /ANTHROPIC_API_KEY in the step/,
  ],
  [
    'Ollama out of reach',
    {
      parts: {
        providers: { addresses: [{ address: 'http://o:11434', models: ['m'], answers: false, absent: [] }] },
      },
    },
    'provider-unreachable',
    'error',
    /curl -sv -m 10 http:\/\/o:11434/,
  ],
  [
    'a model that Ollama lacks',
    {
      parts: {
        providers: {
          addresses: [{ address: 'http://o:11434', models: ['m'], answers: true, absent: ['llama2'] }],
        },
      },
    },
    'ollama-model-missing',
    'error',
    /ollama pull llama2/,
  ],
  ['refused requests', errors({ AuthenticationError: 40 }), 'model-denied', 'error', /litellm-gitops sync/],
  ['rate limits', errors({ RateLimitError: 40 }), 'model-rate-limited', 'warning', /rpm/],
  [
    'failing requests',
    errors({ Timeout: 20, InternalServerError: 10 }),
    'model-failing',
    'warning',
    /fallbacks: \[\{gpt-4/,
  ],
  ['only failing requests', errors({ APIConnectionError: 150 }), 'model-failing', 'error', /fallbacks/],
  [
    'DNS points elsewhere',
    { outside: { dns: 'llm.example.com points to 198.51.100.1' } },
    'dns-mismatch',
    'error',
    /record of llm\.example\.com/,
  ],
  [
    'the path is broken',
    { outside: { path: 'https://llm.example.com/ answers 502' } },
    'path-broken',
    'warning',
    /journalctl -u caddy/,
  ],
  [
    'certificate expired',
    certificate({ notAfter: AT - HOUR }),
    'certificate-expired',
    'error',
    /restart caddy/,
  ],
  [
    'certificate not renewed',
    certificate({ notAfter: AT + 14 * DAY, notBefore: AT - 76 * DAY }),
    'certificate-ending',
    'warning',
    /restart caddy/,
  ],
  [
    'certificate ends tomorrow',
    certificate({ notAfter: AT + DAY, notBefore: AT - 89 * DAY }),
    'certificate-ending',
    'error',
    /restart caddy/,
  ],
  [
    'certificate of another name',
    certificate({ names: ['other.example.com'] }),
    'certificate-name',
    'error',
    /restart caddy/,
  ],
  [
    'certificate of our own',
    certificate({ issuer: 'CN=Caddy Local Authority - ECC Intermediate' }),
    'certificate-local',
    'error',
    /restart caddy/,
  ],
  [
    'no certificate',
    { parts: { certificate: { answers: 'Connection refused' } as never } },
    'certificate-missing',
    'error',
    /journalctl -u caddy/,
  ],
  [
    'firewall not loaded',
    { parts: { ports: { firewall: false } } },
    'firewall-off',
    'error',
    /restart litellm-firewall/,
  ],
  [
    'another firewall drops what comes',
    { parts: { ports: { others: [{ name: 'ufw', ports: [80, 443], opens: 'ufw allow 80,443/tcp' }] } } },
    'firewall-other',
    'error',
    /^ufw allow 80,443\/tcp$/,
  ],
  [
    'PostgreSQL open to others',
    {
      parts: { ports: { open: [{ protocol: 'tcp', address: '0.0.0.0', port: 5432, process: 'postgres' }] } },
    },
    'port-internal',
    'warning',
    /127\.0\.0\.1/,
  ],
  [
    'LiteLLM open to others',
    {
      declaration: { firewall: 'off' },
      parts: {
        ports: {
          firewall: false,
          open: [{ protocol: 'tcp', address: '0.0.0.0', port: 4001, process: 'python' }],
        },
      },
    },
    'port-internal',
    'error',
    /restart litellm/,
  ],
  [
    'an admin UI that is open to the internet without a word',
    { declaration: { front: {} }, outside: { admin: true } },
    'admin-open',
    'warning',
    /front: \{admin: private\}/,
  ],
  [
    'the same behind a proxy of others',
    { declaration: { front: {}, proxy: 'external' } },
    'admin-open',
    'warning',
    /front: \{admin: none\}/,
  ],
  [
    'something else listens',
    {
      declaration: { firewall: 'off' },
      parts: {
        ports: {
          firewall: false,
          open: [{ protocol: 'tcp', address: '0.0.0.0', port: 8080, process: 'python3' }],
        },
      },
    },
    'port-open',
    'warning',
    /sport = :8080/,
  ],
])
