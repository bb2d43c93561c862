#!/usr/bin/env node
globalThis.litellmGitopsEntry = 'cli'
require('./index.js')
