"use strict";
exports.id = 731;
exports.ids = [731];
exports.modules = {

/***/ 3731:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  init: () => (/* binding */ init)
});

// EXTERNAL MODULE: ./node_modules/yaml/dist/index.js
var dist = __webpack_require__(8815);
// EXTERNAL MODULE: ./lib/config/desired.js + 1 modules
var desired = __webpack_require__(2358);
// EXTERNAL MODULE: ./lib/config/problem.js
var problem = __webpack_require__(2144);
// EXTERNAL MODULE: ./lib/config/secrets.js
var secrets = __webpack_require__(9082);
// EXTERNAL MODULE: ./lib/host/errors.js
var errors = __webpack_require__(7504);
// EXTERNAL MODULE: ./node_modules/ssh2/lib/index.js
var lib = __webpack_require__(5472);
var lib_default = /*#__PURE__*/__webpack_require__.n(lib);
// EXTERNAL MODULE: ./lib/host/host-key.js
var host_key = __webpack_require__(6399);
;// CONCATENATED MODULE: ./lib/host/scan-host-key.js



const LIMIT_MS = 10_000;
/** The Ed25519 host key that is shown at an address. Nobody logs in. @throws HostUnreachableError */
async function scanHostKey(host, port = 22) {
    return await new Promise((resolve, reject) => {
        const client = new (lib_default()).Client();
        client.on('error', (error) => reject(new errors/* HostUnreachableError */.Zt(`No host key was shown at ${host}:${port}: ${error.message}`)));
        client.connect({
            host,
            port,
            username: 'nobody',
            readyTimeout: LIMIT_MS,
            algorithms: { serverHostKey: ['ssh-ed25519'] },
            hostVerifier: (key) => {
                resolve({ line: `ssh-ed25519 ${key.toString('base64')}`, fingerprint: (0,host_key/* fingerprintOf */.ax)(key) });
                return false;
            },
        });
    });
}

;// CONCATENATED MODULE: ./lib/init/declaration.js

/** A first model of each provider, to be replaced by what is wanted. */
const PROVIDERS = {
    openai: { name: 'gpt-4', model: 'openai/gpt-4', key: 'OPENAI_API_KEY' },
    anthropic: { name: 'claude-3', model: 'anthropic/claude-3-opus-20240229', key: 'ANTHROPIC_API_KEY' },
    openrouter: {
        name: 'mixtral',
        model: 'openrouter/mistralai/mixtral-8x7b-instruct',
        key: 'OPENROUTER_API_KEY',
    },
    perplexity: { name: 'sonar', model: 'perplexity/sonar', key: 'PERPLEXITY_API_KEY' },
};
function isProvider(name) {
    return Object.hasOwn(PROVIDERS, name);
}
/** Where the machine is and what runs there: all of gateway.yaml that LiteLLM does not read. */
function machineOf({ domain, host, user, hostKey, planKey, users, image }) {
    const ssh = { host, user, host_key: hostKey, ...(planKey === undefined ? {} : { plan_key: planKey }) };
    return { domain, users, vm: { ssh }, litellm: { image } };
}
/** A first gateway.yaml: one model for each provider, a cache, and no budget that nobody asked for. */
function declarationText(answers) {
    const model_list = answers.providers.map((provider) => {
        const { name, model, key } = PROVIDERS[provider];
        return { model_name: name, litellm_params: { model, api_key: `os.environ/${key}` } };
    });
    const litellm = { model_list, litellm_settings: { cache: true, cache_params: { type: 'redis', ttl: 600 } } };
    return (0,dist/* stringify */.As)({ ...machineOf(answers), ...litellm }, { lineWidth: 0 });
}

// EXTERNAL MODULE: ./lib/config/source.js
var source = __webpack_require__(5794);
;// CONCATENATED MODULE: ./lib/init/steps.js


/** Where the value of a secret comes from; those of providers are asked for on the terminal. */
const ORIGINS = {
    GATEWAY_SSH_KEY: ' < ~/.ssh/id_ed25519',
    GATEWAY_READ_SSH_KEY: ' < gateway-read',
    BACKUP_PASSWORD: ' # after the first deploy: the text of /etc/litellm/backup_password',
    GATEWAY_ROTATE_TOKEN: ' # a token that may write the secrets named under rotate.targets',
};
/** The secrets that the jobs of these workflows read, and the environment that holds each. Their own token is GitHub's business. */
function secretsOf(workflows) {
    const needed = workflows.flatMap((text) => {
        const { jobs } = (0,dist/* parse */.qg)(text);
        return Object.values((0,source/* isRecord */.u4)(jobs) ? jobs : {}).flatMap((job) => {
            const environment = (0,source/* isRecord */.u4)(job) && typeof job.environment === 'string' ? job.environment : undefined;
            const names = [...JSON.stringify(job).matchAll(/secrets\.([A-Z][A-Z0-9_]*)/g)].map(([, name = '']) => name);
            return names.map((name) => ({ name, environment }));
        });
    });
    // Every job sees the repository's secrets, those with an environment too.
    const everywhere = new Set(needed.filter(({ environment }) => environment === undefined).map(({ name }) => name));
    const once = needed.filter(({ name, environment }) => environment === undefined || !everywhere.has(name));
    const known = new Map(once.map((one) => [`${one.environment ?? ''} ${one.name}`, one]));
    return [...known.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}
/** What is left for a person, because it holds secrets or is GitHub's to decide: commands of GitHub's CLI, in the order in which they work. */
function nextSteps(workflows, { planKey }) {
    const secrets = secretsOf(workflows);
    const environments = [...new Set(secrets.flatMap(({ environment }) => environment ?? []))];
    return [
        ...(planKey
            ? []
            : ['ssh-keygen -t ed25519 -N "" -f gateway-read # then vm.ssh.plan_key: the line of gateway-read.pub']),
        ...environments.map((name) => `gh api --method PUT repos/{owner}/{repo}/environments/${name} -F "deployment_branch_policy[protected_branches]=true" -F "deployment_branch_policy[custom_branch_policies]=false"`),
        ...secrets.map(({ name, environment }) => `gh secret set ${name}${environment === undefined ? '' : ` --env ${environment}`}${ORIGINS[name] ?? ''}`),
        'litellm-gitops deploy # once, with SSH_KEY and the keys of the providers in the environment',
        'git add gateway.yaml .github && git commit -m "Describe the gateway" && git push',
    ];
}

;// CONCATENATED MODULE: ./lib/init/templates.js
function templates() { return {
 "backup-verify.yml": "# Restores the newest backup into a scratch place on the gateway's host each day and proves its content.\n# Copy to .github/workflows/backup-verify.yml, or let `litellm-gitops init` do it: that also pins the action to its commit.\n# It is red when a backup is missing, old, shrunken or wrong. Started by hand it can take a backup first.\n# The host takes and proves its backups by itself too; this is what tells people. GitHub stops schedules in repositories without\n# activity: declare backup.heartbeat, and somebody outside notices that as well.\nname: Gateway backup verify\n\non:\n  schedule:\n    - cron: '17 4 * * *' # UTC, after backup.at\n  workflow_dispatch:\n    inputs:\n      take:\n        description: Take a backup first\n        type: boolean\n        default: false\n      backup:\n        description: Which one to prove - latest, an id or a time; the latest when left empty\n        type: string\n\n# Nothing by default; each job names what it needs.\npermissions: {}\n\nconcurrency:\n  group: litellm-gitops-verify\n  cancel-in-progress: false\n\njobs:\n  verify:\n    name: Verify\n    runs-on: ubuntu-latest # a runner of your own when the gateway is not reachable from the internet\n    timeout-minutes: 120\n    environment: gateway\n    permissions:\n      contents: read # to check out gateway.yaml\n      issues: write # to keep one issue open while it is red\n    steps:\n      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1\n        with:\n          persist-credentials: false\n      - if: ${{ inputs.take }}\n        uses: litellm-gitops/litellm-gitops@v0.1.0\n        with:\n          command: backup\n          ssh-key: ${{ secrets.GATEWAY_SSH_KEY }}\n      - uses: litellm-gitops/litellm-gitops@v0.1.0\n        with:\n          command: verify\n          backup: ${{ inputs.backup }}\n          ssh-key: ${{ secrets.GATEWAY_SSH_KEY }}\n",
 "deploy.yml": "# Makes the whole gateway as gateway.yaml on main declares it, the machine too; where nothing differs, nothing is done.\n# Copy to .github/workflows/deploy.yml, or let `litellm-gitops init` do it: that also pins the action to its commit.\n# sync.yml brings models and budgets at each merge; start this one by hand when it says that the machine differs.\nname: Gateway deploy\n\non:\n  workflow_dispatch:\n\n# Nothing by default; each job names what it needs.\npermissions: {}\n\nconcurrency:\n  # One change of the gateway at a time, and one that has begun is never cut off.\n  group: litellm-gitops\n  cancel-in-progress: false\n\njobs:\n  deploy:\n    name: Deploy\n    runs-on: ubuntu-latest # a runner of your own when the gateway is not reachable from the internet\n    timeout-minutes: 60\n    # Holds the secrets below. Allow only main to deploy to it, and add reviewers if this should wait for one more word.\n    environment: gateway\n    permissions:\n      contents: read # to check out gateway.yaml\n      deployments: write # to record in the repository what was deployed when\n    steps:\n      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1\n        with:\n          persist-credentials: false\n      - uses: litellm-gitops/litellm-gitops@v0.1.0\n        with:\n          command: deploy\n          ssh-key: ${{ secrets.GATEWAY_SSH_KEY }}\n        env:\n          # One line for each os.environ/NAME in gateway.yaml; one whose secret is not set counts as not given.\n          OPENAI_API_KEY: ${{ secrets.OPENAI_API_KEY }}\n          ANTHROPIC_API_KEY: ${{ secrets.ANTHROPIC_API_KEY }}\n          OPENROUTER_API_KEY: ${{ secrets.OPENROUTER_API_KEY }}\n          PERPLEXITY_API_KEY: ${{ secrets.PERPLEXITY_API_KEY }}\n",
 "doctor.yml": "# Looks each morning at everything that the gateway stands on, and keeps one issue open as long as something is wrong with it.\n# Copy to .github/workflows/doctor.yml, or let `litellm-gitops init` do it: that also pins the action to its commit.\n# Each finding in the issue names the command or the line of YAML that mends it. Nothing is changed.\nname: Gateway doctor\n\non:\n  schedule:\n    - cron: '41 5 * * *' # UTC, after backup.at and its proof; GitHub is busiest at the full hour\n  workflow_dispatch: # the same at once\n\n# Nothing by default; each job names what it needs.\npermissions: {}\n\nconcurrency:\n  group: litellm-gitops-doctor\n  cancel-in-progress: true\n\njobs:\n  doctor:\n    name: Doctor\n    runs-on: ubuntu-latest # a runner of your own when the gateway is not reachable from the internet\n    timeout-minutes: 15\n    # Holds the secret below; allow only main to use it.\n    environment: gateway\n    permissions:\n      contents: read # to check out gateway.yaml\n      actions: read # to notice schedules that GitHub stopped\n      issues: write # to keep the issue\n    steps:\n      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1\n        with:\n          persist-credentials: false\n      - uses: litellm-gitops/litellm-gitops@v0.1.0\n        with:\n          command: doctor\n          # The private half of vm.ssh.plan_key: it can look and change nothing. Provider keys are tried with what the host has.\n          ssh-key: ${{ secrets.GATEWAY_READ_SSH_KEY }}\n",
 "drift.yml": "# Compares the running gateway with gateway.yaml on main each morning, and keeps one issue open as long as they differ.\n# Copy to .github/workflows/drift.yml, or let `litellm-gitops init` do it: that also pins the action to its commit.\nname: Gateway drift\n\non:\n  schedule:\n    - cron: '23 5 * * *' # GitHub is busiest at the full hour\n  workflow_dispatch: # tells in the summary, and leaves the issue alone\n\n# Nothing by default; each job names what it needs.\npermissions: {}\n\nconcurrency:\n  group: litellm-gitops-drift\n  cancel-in-progress: true\n\njobs:\n  drift:\n    name: Drift\n    runs-on: ubuntu-latest # a runner of your own when the gateway is not reachable from the internet\n    timeout-minutes: 10\n    # Holds the secrets below; allow only main to use it.\n    environment: gateway\n    permissions:\n      contents: read # to check out gateway.yaml\n      issues: write # to keep the issue\n    steps:\n      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1\n        with:\n          persist-credentials: false\n      - uses: litellm-gitops/litellm-gitops@v0.1.0\n        with:\n          command: plan\n          ssh-key: ${{ secrets.GATEWAY_READ_SSH_KEY }}\n        env:\n          # One line for each os.environ/NAME in gateway.yaml: a provider key that was changed on the host is drift, too.\n          OPENAI_API_KEY: ${{ secrets.OPENAI_API_KEY }}\n          ANTHROPIC_API_KEY: ${{ secrets.ANTHROPIC_API_KEY }}\n          OPENROUTER_API_KEY: ${{ secrets.OPENROUTER_API_KEY }}\n          PERPLEXITY_API_KEY: ${{ secrets.PERPLEXITY_API_KEY }}\n",
 "drill.yml": "# Brings the gateway up each week from nothing but the off-site copy and the escrowed password, in a scratch place, by the clock.\n# Copy to .github/workflows/drill.yml, or let `litellm-gitops init` do it: that also pins the action to its commit.\n# The summary has RTO and RPO against backup.rto and backup.rpo, what would be lost, and the last drills; a missed target is red.\nname: Gateway drill\n\non:\n  schedule:\n    - cron: '23 5 * * 1' # UTC, Mondays\n  workflow_dispatch:\n    inputs:\n      backup:\n        description: Which backup - latest, an id or a time; the latest when left empty\n        type: string\n\n# Nothing by default; each job names what it needs.\npermissions: {}\n\nconcurrency:\n  group: litellm-gitops-verify\n  cancel-in-progress: false\n\njobs:\n  drill:\n    name: Drill\n    runs-on: ubuntu-latest # a runner of your own when the gateway is not reachable from the internet\n    timeout-minutes: 120\n    environment: gateway\n    permissions:\n      contents: read # to check out gateway.yaml\n      issues: write # to keep one issue open while it is red\n    steps:\n      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1\n        with:\n          persist-credentials: false\n      - uses: litellm-gitops/litellm-gitops@v0.1.0\n        with:\n          command: drill\n          backup: ${{ inputs.backup }}\n          ssh-key: ${{ secrets.GATEWAY_SSH_KEY }}\n        env:\n          # /etc/litellm/backup_password as you keep it outside of the host. Without it the drill uses the host's own and says so.\n          BACKUP_PASSWORD: ${{ secrets.BACKUP_PASSWORD }}\n",
 "plan.yml": "# Shows in the pull request what its changes to gateway.yaml would do to the running gateway. Changes nothing.\n# Copy to .github/workflows/plan.yml, or let `litellm-gitops init` do it: that also pins the action to its commit.\nname: Gateway plan\n\non:\n  pull_request:\n    paths:\n      - gateway.yaml\n      - models/** # what gateway.yaml includes\n      - .github/workflows/plan.yml\n\n# Nothing by default; each job names what it needs.\npermissions: {}\n\nconcurrency:\n  # A push to the same pull request makes the older plan worthless.\n  group: litellm-gitops-plan-${{ github.event.pull_request.number }}\n  cancel-in-progress: true\n\njobs:\n  plan:\n    name: Plan\n    runs-on: ubuntu-latest # a runner of your own when the gateway is not reachable from the internet\n    timeout-minutes: 10\n    permissions:\n      contents: read # to check out gateway.yaml\n      pull-requests: write # to keep one comment with the plan\n    steps:\n      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1\n        with:\n          persist-credentials: false\n      - uses: litellm-gitops/litellm-gitops@v0.1.0\n        with:\n          command: plan\n          # Forks and Dependabot get no secrets from GitHub: their files are validated, the gateway is not asked.\n          offline: ${{ github.event.pull_request.head.repo.full_name != github.repository || github.event.pull_request.user.login == 'dependabot[bot]' }}\n          # The private half of vm.ssh.plan_key: it can look and change nothing. Never the key of sync.\n          ssh-key: ${{ secrets.GATEWAY_READ_SSH_KEY }}\n        # No provider key here: the code of a pull request is not reviewed yet. Whether a key's value changed is seen by sync.\n",
 "restore.yml": "# Brings back a backup: first what it would change, then, with the gateway's domain typed in, the restore itself.\n# Copy to .github/workflows/restore.yml, or let `litellm-gitops init` do it: that also pins the action to its commit.\n# A safety backup is taken before, and undo brings back what was there.\n# Give the environment `gateway-restore` reviewers: this replaces the database that people are served from.\n# While GitHub is down, the same from a terminal: litellm-gitops restore, or on the host itself: sudo litellm-gitops restore\nname: Gateway restore\n\non:\n  workflow_dispatch:\n    inputs:\n      backup:\n        description: Which backup - latest, an id or a time such as 2026-11-23T02:00; the latest when left empty\n        type: string\n      scope:\n        description: How much - the database, only its configuration (spend logs stay), or all with keys and release\n        type: choice\n        options: [database, configuration, all]\n        default: database\n      confirm:\n        description: The gateway's domain; left empty, the run only says what would change\n        type: string\n      undo:\n        description: Bring back what the last restore replaced\n        type: boolean\n        default: false\n\n# Nothing by default; each job names what it needs.\npermissions: {}\n\nconcurrency:\n  # One change of the gateway at a time, and one that has begun is never cut off.\n  group: litellm-gitops\n  cancel-in-progress: false\n\njobs:\n  restore:\n    name: Restore\n    runs-on: ubuntu-latest # a runner of your own when the gateway is not reachable from the internet\n    timeout-minutes: 180\n    environment: gateway-restore\n    permissions:\n      contents: read # to check out gateway.yaml\n      deployments: write # to record in the repository what was restored when\n    steps:\n      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1\n        with:\n          persist-credentials: false\n      - uses: litellm-gitops/litellm-gitops@v0.1.0\n        with:\n          command: restore\n          backup: ${{ !inputs.undo && inputs.backup || '' }}\n          scope: ${{ !inputs.undo && inputs.scope || '' }}\n          confirm: ${{ inputs.confirm }}\n          undo: ${{ inputs.undo }}\n          ssh-key: ${{ secrets.GATEWAY_SSH_KEY }}\n        env:\n          # Only for a host that lost its own: /etc/litellm/backup_password as you keep it outside of the host.\n          BACKUP_PASSWORD: ${{ secrets.BACKUP_PASSWORD }}\n",
 "rollback.yml": "# Serves again what an earlier release served, image and configuration, without losing a request.\n# Copy to .github/workflows/rollback.yml, or let `litellm-gitops init` do it: that also pins the action to its commit.\n# The repository still says otherwise afterwards: revert the change there too, or the next sync makes it again.\nname: Gateway rollback\n\non:\n  workflow_dispatch:\n    inputs:\n      target:\n        description: The release to go back to; the one before the serving one when left empty\n        type: string\n      force:\n        description: Go back although the schema of the database has moved on since\n        type: boolean\n        default: false\n\n# Nothing by default; each job names what it needs.\npermissions: {}\n\nconcurrency:\n  # One change of the gateway at a time, and one that has begun is never cut off.\n  group: litellm-gitops\n  cancel-in-progress: false\n\njobs:\n  rollback:\n    name: Rollback\n    runs-on: ubuntu-latest # a runner of your own when the gateway is not reachable from the internet\n    timeout-minutes: 30\n    environment: gateway\n    permissions:\n      contents: read # to check out gateway.yaml\n      deployments: write # to record in the repository what was deployed when\n    steps:\n      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1\n        with:\n          persist-credentials: false\n      - uses: litellm-gitops/litellm-gitops@v0.1.0\n        with:\n          command: rollback\n          target: ${{ inputs.target }}\n          force: ${{ inputs.force }}\n          ssh-key: ${{ secrets.GATEWAY_SSH_KEY }}\n",
 "rotate-canary.yml": "# Proves that jobs of this repository read the key that `rotate` gave them, without telling it: a secret cannot be read back.\n# Copy to .github/workflows/rotate-canary.yml of each repository that is a target, with the name of its secret below.\n# `rotate` starts it with a nonce when gateway.yaml says `rotate: {canary: true}`, and compares the answer.\nname: Gateway rotate canary\nrun-name: Gateway rotate canary ${{ inputs.nonce }}\n\non:\n  workflow_dispatch:\n    inputs:\n      nonce:\n        description: What is asked; never the same twice\n        required: true\n      environment:\n        description: The environment whose secret is asked for; empty for the repository's\n        default: ''\n\n# The job needs nothing of GitHub but the secret.\npermissions: {}\n\nconcurrency:\n  group: rotate-canary-${{ inputs.nonce }}\n  cancel-in-progress: false\n\njobs:\n  answer:\n    name: Answer\n    runs-on: ubuntu-latest\n    timeout-minutes: 5\n    environment: ${{ inputs.environment }}\n    steps:\n      - name: HMAC of the nonce\n        id: hmac\n        env:\n          KEY: ${{ secrets.LITELLM_MASTER_KEY }} # the name that gateway.yaml has for this target\n          NONCE: ${{ inputs.nonce }}\n        # The key stays in the environment of this one program: as an argument everybody on the machine would see it.\n        run: |\n          answer=\"$(python3 -c 'import hashlib, hmac, os; print(hmac.new(os.environ[\"KEY\"].encode(), os.environ[\"NONCE\"].encode(), hashlib.sha256).hexdigest())')\"\n          echo \"answer=$answer\" >> \"$GITHUB_OUTPUT\"\n          echo \"$answer\" > rotate-canary.txt\n      - uses: actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f # v7.0.0\n        with:\n          # The name is the answer: it can be read without a download.\n          name: rotate-canary-${{ steps.hmac.outputs.answer }}\n          path: rotate-canary.txt\n          retention-days: 1\n",
 "rotate.yml": "# Gives the gateway a new master key each month, and the secrets that gateway.yaml names under `rotate` the same key.\n# Copy to .github/workflows/rotate.yml, or let `litellm-gitops init` do it: that also pins the action to its commit.\n# A run makes the new key; the old one works until the grace time is over, and the next run after that ends it, or takes up\n# one that died. A grace time of more than a day wants the third run later.\nname: Gateway rotate\n\non:\n  schedule:\n    - cron: '41 3 1 * *' # makes the new key\n    - cron: '41 4 2 * *' # ends the old one, 25 hours later\n  workflow_dispatch:\n    inputs:\n      force:\n        description: End the grace time of the rotation that waits for it\n        type: boolean\n        default: false\n\n# Nothing by default; each job names what it needs.\npermissions: {}\n\nconcurrency:\n  # One change of the gateway at a time, and one that has begun is never cut off.\n  group: litellm-gitops\n  cancel-in-progress: false\n\njobs:\n  rotate:\n    name: Rotate\n    runs-on: ubuntu-latest # a runner of your own when the gateway is not reachable from the internet\n    timeout-minutes: 30\n    # Holds the secrets below. Allow only main to use it.\n    environment: gateway\n    permissions:\n      contents: read # to check out gateway.yaml\n    steps:\n      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1\n        with:\n          persist-credentials: false\n      - uses: litellm-gitops/litellm-gitops@v0.1.0\n        with:\n          command: rotate\n          force: ${{ inputs.force || false }}\n          ssh-key: ${{ secrets.GATEWAY_SSH_KEY }}\n          # The job's own token can never write secrets: a fine-grained one that may, on the targets alone.\n          github-token: ${{ secrets.GATEWAY_ROTATE_TOKEN }}\n",
 "sync.yml": "# Makes models, router, cache and budgets of the running gateway as gateway.yaml on main declares them. No request is lost.\n# Copy to .github/workflows/sync.yml, or let `litellm-gitops init` do it: that also pins the action to its commit.\nname: Gateway sync\n\non:\n  push:\n    branches: [main]\n    paths:\n      - gateway.yaml\n      - models/** # what gateway.yaml includes\n      - .github/workflows/sync.yml\n  workflow_dispatch:\n\n# Nothing by default; each job names what it needs.\npermissions: {}\n\nconcurrency:\n  # One change of the gateway at a time, and one that has begun is never cut off.\n  group: litellm-gitops\n  cancel-in-progress: false\n\njobs:\n  sync:\n    name: Sync\n    runs-on: ubuntu-latest # a runner of your own when the gateway is not reachable from the internet\n    timeout-minutes: 30\n    # Holds the secrets below. Allow only main to deploy to it, and add reviewers if a merge should wait for one more word.\n    environment: gateway\n    permissions:\n      contents: read # to check out gateway.yaml\n      pull-requests: read # to compare what it will do with the plan that was reviewed\n      deployments: write # to record in the repository what was deployed when\n    steps:\n      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1\n        with:\n          persist-credentials: false\n      - uses: litellm-gitops/litellm-gitops@v0.1.0\n        with:\n          command: sync\n          ssh-key: ${{ secrets.GATEWAY_SSH_KEY }}\n        env:\n          # One line for each os.environ/NAME in gateway.yaml; one whose secret is not set counts as not given.\n          OPENAI_API_KEY: ${{ secrets.OPENAI_API_KEY }}\n          ANTHROPIC_API_KEY: ${{ secrets.ANTHROPIC_API_KEY }}\n          OPENROUTER_API_KEY: ${{ secrets.OPENROUTER_API_KEY }}\n          PERPLEXITY_API_KEY: ${{ secrets.PERPLEXITY_API_KEY }}\n"
} }

;// CONCATENATED MODULE: ./lib/init/workflows.js
const ACTION = /(uses: litellm-gitops\/litellm-gitops)@(\S+)/g;
const COMMIT = /^[0-9a-f]{40}$/;
/** One line of the variables that a template hands on by way of example, with its indentation. */
const EXAMPLE = /^( +)([A-Z][A-Z0-9_]*): \$\{\{ secrets\.\2 \}\}\n/;
const HEAD = /^ +# [^\n]*os\.environ\/NAME[^\n]*\n/m;
/** Pins the action, and hands on the secrets that this declaration refers to in place of the template's. */
function workflowFor(template, { ref, references }) {
    const pinned = template.replaceAll(ACTION, (_, action, version) => COMMIT.test(ref) ? `${action}@${ref} # ${version}` : `${action}@${ref}`);
    const head = HEAD.exec(pinned);
    if (head === null)
        return pinned;
    const before = pinned.slice(0, head.index + head[0].length);
    let rest = pinned.slice(before.length);
    const indentation = EXAMPLE.exec(rest)?.[1] ?? '          ';
    while (EXAMPLE.test(rest))
        rest = rest.replace(EXAMPLE, '');
    const lines = references.map((name) => `${indentation}${name}: \${{ secrets.${name} }}\n`);
    return `${before}${lines.join('')}${rest}`;
}

// EXTERNAL MODULE: ./lib/commands/import.js + 6 modules
var commands_import = __webpack_require__(644);
;// CONCATENATED MODULE: ./lib/commands/init.js











/** What is asked for on a terminal when its option was not given. */
const QUESTIONS = {
    domain: 'Domain of the gateway, such as llm.example.com',
    host: 'Address of the machine by SSH',
    user: 'User there, who may become root',
    users: 'People who will use it',
    image: 'Image by digest: skopeo inspect --format "{{.Name}}@{{.Digest}}" docker://ghcr.io/berriai/litellm-database:TAG',
    providers: `Providers, of ${Object.keys(PROVIDERS).join(', ')}`,
};
const DEFAULTS = {
    user: 'debian',
    users: '100',
    providers: 'openai',
};
const WORKFLOWS = [
    'plan.yml',
    'sync.yml',
    'deploy.yml',
    'rollback.yml',
    'drift.yml',
    'backup-verify.yml',
    'restore.yml',
];
const LITELLM_CONFIG = 'config.yaml';
const VERSION = 'v0.1.0';
/** Writes a first gateway.yaml and the workflows, and lists what is left to be done. What is there already stays as it is. */
async function init(context) {
    const { write, files, logger, config: file, inputs } = context;
    if (write === undefined)
        throw new errors/* HostError */.dh('init writes files for somebody to look at; run it on a command line.');
    const told = [];
    const put = (path, text) => {
        if (has(files, path))
            told.push(`kept ${path}: it is there already`);
        else {
            write(path, text);
            told.push(`wrote ${path}`);
        }
    };
    let problems = [];
    if (!has(files, file)) {
        const answers = await answersOf(context);
        if (has(files, LITELLM_CONFIG)) {
            write(file, (0,dist/* stringify */.As)(machineOf(answers), { lineWidth: 0 }));
            problems = (await (0,commands_import.importGateway)({ ...context, inputs: { from: LITELLM_CONFIG } })).problems;
            told.push(`wrote ${file}, with the models and settings of ${LITELLM_CONFIG}`);
        }
        else {
            const text = declarationText(answers);
            // Read as any declaration is, before anything is written.
            problems = (0,desired/* loadDesired */.f)(file, {
                ...files,
                read: (path) => (path === file ? text : files.read(path)),
            }).warnings;
            put(file, text);
        }
    }
    else
        put(file, '');
    const declaration = (0,dist/* parse */.qg)(files.read(file));
    const references = [...new Set((0,secrets/* findSecrets */.d)(declaration).references.map(({ name }) => name))].sort();
    const written = Object.entries(templates())
        .filter(([name]) => WORKFLOWS.includes(name))
        .map(([name, template]) => {
        const text = workflowFor(template, { ref: inputs.ref ?? VERSION, references });
        put(`.github/workflows/${name}`, text);
        return text;
    });
    const steps = nextSteps(written, { planKey: JSON.stringify(declaration).includes('"plan_key"') });
    for (const line of told)
        logger.info(line);
    logger.info(`What is left:\n${steps.map((step) => `  ${step}`).join('\n')}`);
    return {
        command: 'init',
        plan: undefined,
        applied: undefined,
        problems,
        result: { files: told, steps },
        markdown: ['### `init` done', '', ...told.map((line) => `- ${line}`), '', '```sh', ...steps, '```'].join('\n'),
        failed: false,
        cost: undefined,
    };
}
/** @throws ConfigError that names all that is missing at once, when there is nobody to ask */
async function answersOf(context) {
    const { inputs, ask } = context;
    const given = {};
    const missing = [];
    for (const [name, question] of Object.entries(QUESTIONS)) {
        const value = inputs[name] ?? (await ask?.(question, DEFAULTS[name])) ?? DEFAULTS[name];
        if (value === undefined || value.trim() === '')
            missing.push(`--${name}`);
        else
            given[name] = value.trim();
    }
    if (missing.length > 0)
        throw refused('missing', `nobody can be asked here, and ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} not given.`, 'give them, or run init on a terminal.');
    const { domain = '', host = '', user = '', users = '', image = '', providers = '' } = given;
    return {
        ...{ domain, host, user, image },
        users: Number(users),
        providers: providersOf(providers),
        hostKey: inputs['host-key'] ?? (await confirmedKey(host, context)),
        ...(inputs['plan-key'] === undefined ? {} : { planKey: inputs['plan-key'] }),
    };
}
function providersOf(text) {
    return text.split(/[\s,]+/).map((name) => {
        if (isProvider(name))
            return name;
        throw refused('provider', `got the provider "${name}".`, `write one or more of ${Object.keys(PROVIDERS).join(', ')}; add others in gateway.yaml.`);
    });
}
/** A key that somebody shows is pinned when a person has compared it with the machine's own, and not before. */
async function confirmedKey(host, { ask }) {
    const { line, fingerprint } = await scanHostKey(host);
    const compare = 'ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub';
    const said = await ask?.(`${host} shows the key ${fingerprint}. Type yes when "${compare}" on its console says the same`);
    if (said?.trim() === 'yes')
        return line;
    throw refused('host-key', `${host} shows the key ${fingerprint}, and nobody has said that it is the machine's.`, `compare it with ${compare} on its console, then give --host-key "${line}".`);
}
function refused(code, message, fix) {
    return new problem/* ConfigError */.x([
        { severity: 'error', code, message, fix, at: { file: 'init', line: 1, column: 1 } },
    ]);
}
function has(files, path) {
    try {
        files.read(path);
        return true;
    }
    catch {
        return false;
    }
}


/***/ })

};
;