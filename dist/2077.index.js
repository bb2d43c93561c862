"use strict";exports.id=2077,exports.ids=[2077],exports.modules={2077:((e,t,n)=>{n.r(t),n.d(t,{init:()=>init});var r=n(8815),i=n(8570),a=n(2144),o=n(5101),s=n(8284),c=n(5960),l=n(7504),u=n(5472),d=n.n(u),f=n(6399);async function scanHostKey(e,t=22){return await new Promise((n,r)=>{let i=new(d()).Client;i.on(`error`,n=>r(new l.Zt(`No host key was shown at ${e}:${t}: ${n.message}`))),i.connect({host:e,port:t,username:`nobody`,readyTimeout:1e4,algorithms:{serverHostKey:[`ssh-ed25519`]},hostVerifier:e=>(n({line:`ssh-ed25519 ${e.toString(`base64`)}`,fingerprint:(0,f.ax)(e)}),!1)})})}var p=n(7850),m=n(1421),h=n(3024),g=n(6760),_=n(7975);let v=`https://github.com/litellm-gitops/litellm-gitops`,y=/^[0-9a-f]{40}$/,b=/[/:]litellm-gitops\/litellm-gitops(?:\.git)?\/?$/,x=/^v\d+\.\d+\.\d+$/,S=(0,_.promisify)(m.execFile);async function pinFor(e,t,n){let r=`v${t}`;if(e!==void 0&&y.test(e))return{commit:e,name:r};if(e===void 0){let e=await commitOfClone(n,r);if(e!==void 0)return e}let i=e??r;return{commit:await publishedCommit(i),name:i}}async function commitOfClone(e,t){if(!(0,h.existsSync)(e))return;let n=(0,g.dirname)((0,h.realpathSync)(e)),r=(0,g.dirname)(n);if((0,g.basename)(n)===`dist`&&(0,h.existsSync)((0,g.join)(r,`.git`)))try{if(!b.test(await git(`-C`,r,`config`,`--get`,`remote.origin.url`)))return;await git(`-C`,r,`diff`,`--quiet`,`HEAD`,`--`,`dist`,`action.yml`);let e=await git(`-C`,r,`rev-parse`,`--verify`,`HEAD`),n=await git(`-C`,r,`for-each-ref`,`--contains`,e,`--format=%(refname)`,`refs/tags`,`refs/remotes/origin`);return!y.test(e)||n===``?void 0:{commit:e,name:(await git(`-C`,r,`tag`,`--points-at`,e)).split(`
`).find(e=>x.test(e))??`after ${t}`}}catch{return}}async function publishedCommit(e){let t=`refs/tags/${e}`,n=[`${t}^{}`,t,`refs/heads/${e}`],r;try{r=await git(`ls-remote`,v,...n)}catch(t){throw unknown(e,`${v} could not be asked: ${reasonOf(t)}.`)}let i=new Map(r.split(`
`).map(e=>{let[t=``,n=``]=e.split(`	`);return[n,t]})),a=n.map(e=>i.get(e)).find(e=>e!==void 0);if(a===void 0||!y.test(a))throw unknown(e,`${v} has neither a tag nor a branch of this name.`);return a}function unknown(e,t){let n={file:`init`,line:1,column:1},r=`the workflows pin the action to a commit, and that of "${e}" could not be found: ${t}`,i=`give --ref with the commit's 40 digits; where there is a network, git ls-remote ${v} "refs/tags/v*" lists those of the releases.`;return new a.x([{severity:`error`,code:`ref`,message:r,fix:i,at:n}])}async function git(...e){let t={...process.env,GIT_TERMINAL_PROMPT:`0`,LC_ALL:`C`},{stdout:n}=await S(`git`,e,{env:t,timeout:3e4});return n.trim()}function reasonOf(e){let{code:t,killed:n,stderr:r}=e;return t===`ENOENT`?`git is not installed here`:n===!0?`there was no answer within 30 seconds`:r?.split(`
`).find(e=>e.startsWith(`fatal:`))?.slice(7).replace(/\.$/,``)??String(e)}let C={openai:{name:`gpt-5.4`,model:`openai/gpt-5.4`,key:`OPENAI_API_KEY`},anthropic:{name:`claude-sonnet`,model:`anthropic/claude-sonnet-4-6`,key:`ANTHROPIC_API_KEY`},openrouter:{name:`mistral-large`,model:`openrouter/mistralai/mistral-large`,key:`OPENROUTER_API_KEY`},perplexity:{name:`sonar`,model:`perplexity/sonar`,key:`PERPLEXITY_API_KEY`}};function isProvider(e){return Object.hasOwn(C,e)}function machineOf({domain:e,host:t,user:n,hostKey:r,planKey:i,users:a,image:o}){return{domain:e,users:a,vm:{ssh:{host:t,user:n,host_key:r,...i===void 0?{}:{plan_key:i}}},litellm:{image:o}}}function declarationText(e){let t={model_list:e.providers.map(e=>{let{name:t,model:n,key:r}=C[e];return{model_name:t,litellm_params:{model:n,api_key:`os.environ/${r}`}}}),litellm_settings:{cache:!0,cache_params:{type:`redis`,ttl:600}}};return(0,r.As)({...machineOf(e),front:{admin:`private`},...t},{...c.V,lineWidth:0})}var w=n(994);let T={GATEWAY_SSH_KEY:` < ~/.ssh/id_ed25519`,GATEWAY_READ_SSH_KEY:` < ~/.ssh/gateway-read`,BACKUP_PASSWORD:` # after the first deploy: the text of /etc/litellm/backup_password`,GATEWAY_ROTATE_TOKEN:` # a token that may write the secrets named under rotate.targets`};function secretsOf(e){let t=e.flatMap(e=>{let{jobs:t}=(0,r.qg)(e);return Object.values((0,w.u)(t)?t:{}).flatMap(e=>{let t=(0,w.u)(e)&&typeof e.environment==`string`?e.environment:void 0;return[...JSON.stringify(e).matchAll(/secrets\.(?!NOTIFY_|GATEWAY_SECRETS_TOKEN)([A-Z][A-Z0-9_]*)/g)].map(([,e=``])=>e).map(e=>({name:e,environment:t}))})}),n=new Set(t.filter(({environment:e})=>e===void 0).map(({name:e})=>e)),i=t.filter(({name:e,environment:t})=>t===void 0||!n.has(e));return[...new Map(i.map(e=>[`${e.environment??``} ${e.name}`,e])).entries()].sort(([e],[t])=>e<t?-1:1).map(([,e])=>e)}function nextSteps(e,{planKey:t}){let n=secretsOf(e),r=[...new Set(n.flatMap(({environment:e})=>e??[]))];return[...t?[]:[`ssh-keygen -q -t ed25519 -N "" -C "" -f ~/.ssh/gateway-read # then vm.ssh.plan_key: the line of ~/.ssh/gateway-read.pub`],...r.length===0?[]:[`# Protect main first: on github.com, Settings, Branches, a rule for main that requires a pull request. Until then the environments let in every branch.`],...r.map(e=>`gh api --method PUT repos/{owner}/{repo}/environments/${e} -F "deployment_branch_policy[protected_branches]=true" -F "deployment_branch_policy[custom_branch_policies]=false"`),...n.map(({name:e,environment:t})=>`gh secret set ${e}${t===void 0?``:` --env ${t}`}${T[e]??``}`),`litellm-gitops deploy # once, with SSH_KEY and the keys of the providers in the environment`,`git add gateway.yaml .github && git commit -m "Describe the gateway" && git push`]}function templates(){return{"backup-verify.yml":`# Restores the newest backup into a scratch place on the gateway's host each day and proves its content.
# Copy to .github/workflows/backup-verify.yml, or let \`litellm-gitops init\` do it: that also pins the action to its commit.
# It is red when a backup is missing, old, shrunken or wrong. Started by hand it can take a backup first.
# The host takes and proves its backups automatically too; this is what tells people. GitHub stops schedules in repositories without
# activity: declare backup.heartbeat, and somebody outside notices that as well.
name: Gateway backup verify

on:
  schedule:
    - cron: '17 4 * * *' # UTC, after backup.at
  workflow_dispatch:
    inputs:
      take:
        description: Take a backup first
        type: boolean
        default: false
      backup:
        description: Which one to prove - latest, an id or a time; the latest when left empty
        type: string

# Nothing by default; each job names what it needs.
permissions: {}

concurrency:
  group: litellm-gitops-verify
  cancel-in-progress: false

jobs:
  verify:
    name: Verify
    runs-on: ubuntu-latest # a runner of your own when the gateway is not reachable from the internet
    timeout-minutes: 120
    # Holds the secrets below. Allow only main to use it, and add no reviewers: this has to run while nobody looks.
    environment: gateway-watch
    permissions:
      contents: read # to check out gateway.yaml
      issues: write # to keep one issue open while it is red
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - if: \${{ inputs.take }}
        uses: litellm-gitops/litellm-gitops@v0.1.0
        with:
          command: backup
          ssh-key: \${{ secrets.GATEWAY_SSH_KEY }}
          # Tells people when it changes: an incoming webhook of Slack, of a Teams workflow, or a server of yours. One that is not set tells nobody.
          notify-slack: \${{ secrets.NOTIFY_SLACK }}
          notify-teams: \${{ secrets.NOTIFY_TEAMS }}
          notify-webhook: \${{ secrets.NOTIFY_WEBHOOK }}
      - uses: litellm-gitops/litellm-gitops@v0.1.0
        with:
          command: verify
          backup: \${{ inputs.backup }}
          ssh-key: \${{ secrets.GATEWAY_SSH_KEY }}
          notify-slack: \${{ secrets.NOTIFY_SLACK }}
          notify-teams: \${{ secrets.NOTIFY_TEAMS }}
          notify-webhook: \${{ secrets.NOTIFY_WEBHOOK }}
`,"certificate.yml":`# A certificate for the domain by DNS (ACME DNS-01), for a gateway that no authority can reach, and \`sync\`, which brings it to the gateway.
# Copy to .github/workflows/certificate.yml, and pin the action to its commit. lego knows some 150 DNS providers: https://go-acme.github.io/lego/dns/
# gateway.yaml needs front: {certificate: {cert: os.environ/TLS_CERT, key: os.environ/TLS_KEY}}. The first time, start it by hand with deploy.
name: Gateway certificate

on:
  schedule:
    - cron: '37 4 3 * *' # each month, UTC. A certificate lasts three, so a run that fails leaves time; doctor warns before it ends
  workflow_dispatch:
    inputs:
      command:
        description: sync, or deploy the first time
        type: choice
        options: [sync, deploy]
        default: sync

# Nothing by default; each job names what it needs.
permissions: {}

concurrency:
  # As for sync: what keeps runs apart is the lock on the host.
  group: litellm-gitops-certificate-\${{ github.run_id }}
  cancel-in-progress: false

jobs:
  certificate:
    name: Certificate
    runs-on: ubuntu-latest # a runner of your own when the gateway is not reachable from the internet
    timeout-minutes: 90 # it may wait an hour for another run
    # Holds the secrets below. Allow only main to use it, and add no reviewers: this has to run while nobody looks.
    environment: gateway-watch
    permissions:
      contents: read # to check out gateway.yaml
      pull-requests: read # to compare what it will do with the plan that was reviewed
      deployments: write # to record in the repository what was deployed when
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - name: Get a certificate
        # A new account and a new key each time: nothing secret has to be kept between runs.
        run: |
          domain=$(sed -n 's/^domain: *"\\{0,1\\}\\([A-Za-z0-9.-]*\\)"\\{0,1\\} *\\(#.*\\)\\{0,1\\}$/\\1/p' gateway.yaml)
          [ -n "$domain" ] || { echo '::error file=gateway.yaml::gateway.yaml names no domain.'; exit 1; }
          command -v lego >/dev/null || { sudo apt-get update --quiet && sudo apt-get install --yes --quiet lego; }
          umask 077
          folder=$(mktemp -d "$RUNNER_TEMP/lego.XXXXXX")
          lego --accept-tos --server "$ACME_SERVER" --email "$ACME_EMAIL" --path "$folder" --dns "$DNS_PROVIDER" --domains "$domain" run
          # The runner masks line by line. What is random ends each value, so that nothing in it does.
          sed 's/^/::add-mask::/' "$folder/certificates/$domain.key"
          for one in TLS_CERT:crt TLS_KEY:key; do
            end=$(od -An -N16 -tx1 /dev/urandom | tr -d ' ')
            { echo "\${one%:*}<<$end"; cat "$folder/certificates/$domain.\${one#*:}"; echo "$end"; } >>"$GITHUB_ENV"
          done
          rm -r "$folder"
        env:
          ACME_SERVER: https://acme-v02.api.letsencrypt.org/directory
          ACME_EMAIL: \${{ vars.ACME_EMAIL }}
          DNS_PROVIDER: \${{ vars.DNS_PROVIDER }} # as lego calls it: cloudflare, hetzner, route53, …
          # What that provider's page at lego names, with a token that may change the records of this one zone.
          CLOUDFLARE_DNS_API_TOKEN: \${{ secrets.DNS_API_TOKEN }}
      - uses: litellm-gitops/litellm-gitops@v0.1.0
        with:
          command: \${{ inputs.command || 'sync' }}
          ssh-key: \${{ secrets.GATEWAY_SSH_KEY }}
          notify-slack: \${{ secrets.NOTIFY_SLACK }}
          notify-teams: \${{ secrets.NOTIFY_TEAMS }}
          notify-webhook: \${{ secrets.NOTIFY_WEBHOOK }}
        # TLS_CERT and TLS_KEY come from the step before. No provider key: the gateway keeps those that it has.
`,"deploy.yml":`# Makes the whole gateway as gateway.yaml on main declares it, the machine too; where nothing differs, nothing is done.
# Copy to .github/workflows/deploy.yml, or let \`litellm-gitops init\` do it: that also pins the action to its commit.
# sync.yml brings models and budgets at each merge; start this one by hand when it says that the machine differs.
name: Gateway deploy

on:
  workflow_dispatch:
    inputs:
      force:
        description: Apply what main declares although no reviewed plan shows it
        type: boolean
        default: false

# Nothing by default; each job names what it needs.
permissions: {}

concurrency:
  # A group of its own for each run: one that waits for a reviewer would hold up whatever shares its group, a rollback too. What keeps
  # runs apart is the lock on the host, for which they wait.
  group: litellm-gitops-deploy-\${{ github.run_id }}
  cancel-in-progress: false

jobs:
  deploy:
    name: Deploy
    runs-on: ubuntu-latest # a runner of your own when the gateway is not reachable from the internet
    timeout-minutes: 120 # it may wait an hour for another run
    # Holds the secrets below. Allow only main to use it, and add reviewers: see docs/review.md.
    environment: gateway
    permissions:
      contents: read # to check out gateway.yaml
      pull-requests: read # to compare what it will do with the plan that was reviewed
      deployments: write # to record in the repository what was deployed when
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - uses: litellm-gitops/litellm-gitops@v0.1.0
        with:
          command: deploy
          force: \${{ inputs.force || false }}
          ssh-key: \${{ secrets.GATEWAY_SSH_KEY }}
          secrets-token: \${{ secrets.GATEWAY_SECRETS_TOKEN }} # for keys with deliver; need not be set without such keys
        env:
          # One line for each os.environ/NAME in gateway.yaml; one whose secret is not set counts as not given.
          OPENAI_API_KEY: \${{ secrets.OPENAI_API_KEY }}
          ANTHROPIC_API_KEY: \${{ secrets.ANTHROPIC_API_KEY }}
          OPENROUTER_API_KEY: \${{ secrets.OPENROUTER_API_KEY }}
          PERPLEXITY_API_KEY: \${{ secrets.PERPLEXITY_API_KEY }}
`,"doctor.yml":`# Looks each morning at everything that the gateway stands on, and keeps one issue open as long as something is wrong with it.
# Copy to .github/workflows/doctor.yml, or let \`litellm-gitops init\` do it: that also pins the action to its commit.
# Each finding in the issue names the command or the line of YAML that mends it. Nothing is changed.
name: Gateway doctor

on:
  schedule:
    - cron: '41 5 * * *' # UTC, after backup.at and its proof; GitHub is busiest at the full hour
  workflow_dispatch: # the same at once

# Nothing by default; each job names what it needs.
permissions: {}

concurrency:
  group: litellm-gitops-doctor
  cancel-in-progress: true

jobs:
  doctor:
    name: Doctor
    runs-on: ubuntu-latest # a runner of your own when the gateway is not reachable from the internet
    timeout-minutes: 15
    # No environment: one that waits for reviewers would keep the news from them. The key below can change nothing.
    permissions:
      contents: read # to check out gateway.yaml
      actions: read # to notice schedules that GitHub stopped
      issues: write # to keep the issue
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - uses: litellm-gitops/litellm-gitops@v0.1.0
        with:
          command: doctor
          # The private half of vm.ssh.plan_key: it can look and change nothing. Provider keys are tried with what the host has.
          ssh-key: \${{ secrets.GATEWAY_READ_SSH_KEY }}
          # Tells people when it changes: an incoming webhook of Slack, of a Teams workflow, or a server of yours. One that is not set tells nobody.
          notify-slack: \${{ secrets.NOTIFY_SLACK }}
          notify-teams: \${{ secrets.NOTIFY_TEAMS }}
          notify-webhook: \${{ secrets.NOTIFY_WEBHOOK }}
`,"drift.yml":`# Compares the running gateway with gateway.yaml on main each morning, and keeps one issue open as long as they differ.
# Copy to .github/workflows/drift.yml, or let \`litellm-gitops init\` do it: that also pins the action to its commit.
name: Gateway drift

on:
  schedule:
    - cron: '23 5 * * *' # GitHub is busiest at the full hour
  workflow_dispatch: # tells in the summary, and leaves the issue alone

# Nothing by default; each job names what it needs.
permissions: {}

concurrency:
  group: litellm-gitops-drift
  cancel-in-progress: true

jobs:
  drift:
    name: Drift
    runs-on: ubuntu-latest # a runner of your own when the gateway is not reachable from the internet
    timeout-minutes: 10
    # No environment: one that waits for reviewers would keep the news from them. The key below can change nothing.
    permissions:
      contents: read # to check out gateway.yaml
      issues: write # to keep the issue
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - uses: litellm-gitops/litellm-gitops@v0.1.0
        with:
          command: plan
          # The private half of vm.ssh.plan_key: it can look and change nothing.
          ssh-key: \${{ secrets.GATEWAY_READ_SSH_KEY }}
          # Tells people when it changes: an incoming webhook of Slack, of a Teams workflow, or a server of yours. One that is not set tells nobody.
          notify-slack: \${{ secrets.NOTIFY_SLACK }}
          notify-teams: \${{ secrets.NOTIFY_TEAMS }}
          notify-webhook: \${{ secrets.NOTIFY_WEBHOOK }}
        # No provider key: this key never sends one to be compared. Whether one was changed on the host is seen by the next sync.
`,"drill.yml":`# Brings the gateway up each week from nothing but the off-site copy and the escrowed password, in a scratch place, by the clock.
# Copy to .github/workflows/drill.yml, or let \`litellm-gitops init\` do it: that also pins the action to its commit.
# The summary has RTO and RPO against backup.rto and backup.rpo, what would be lost, and the last drills; a missed target is red.
name: Gateway drill

on:
  schedule:
    - cron: '23 5 * * 1' # UTC, Mondays
  workflow_dispatch:
    inputs:
      backup:
        description: Which backup - latest, an id or a time; the latest when left empty
        type: string

# Nothing by default; each job names what it needs.
permissions: {}

concurrency:
  group: litellm-gitops-drill
  cancel-in-progress: false

jobs:
  drill:
    name: Drill
    runs-on: ubuntu-latest # a runner of your own when the gateway is not reachable from the internet
    timeout-minutes: 120
    # Holds the secrets below. Allow only main to use it, and add no reviewers: this has to run while nobody looks.
    environment: gateway-watch
    permissions:
      contents: read # to check out gateway.yaml
      issues: write # to keep one issue open while it is red
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - uses: litellm-gitops/litellm-gitops@v0.1.0
        with:
          command: drill
          backup: \${{ inputs.backup }}
          ssh-key: \${{ secrets.GATEWAY_SSH_KEY }}
          # Tells people when it changes: an incoming webhook of Slack, of a Teams workflow, or a server of yours. One that is not set tells nobody.
          notify-slack: \${{ secrets.NOTIFY_SLACK }}
          notify-teams: \${{ secrets.NOTIFY_TEAMS }}
          notify-webhook: \${{ secrets.NOTIFY_WEBHOOK }}
        env:
          # /etc/litellm/backup_password as you keep it outside of the host. Without it the drill uses the host's own and says so.
          BACKUP_PASSWORD: \${{ secrets.BACKUP_PASSWORD }}
`,"plan.yml":`# Shows in the pull request what its changes to gateway.yaml would do to the running gateway. Changes nothing.
# Copy to .github/workflows/plan.yml, or let \`litellm-gitops init\` do it: that also pins the action to its commit.
name: Gateway plan

# No filter by path: a required check that does not run stays pending for ever. Where nothing of the gateway changes, it says so and is green.
on:
  pull_request:
  merge_group: # what a merge queue is about to merge, together

# Nothing by default; each job names what it needs.
permissions: {}

concurrency:
  # A push to the same pull request makes the older plan worthless.
  group: litellm-gitops-plan-\${{ github.event.pull_request.number || github.ref }}
  cancel-in-progress: true

jobs:
  plan:
    name: Plan
    runs-on: ubuntu-latest # a runner of your own when the gateway is not reachable from the internet
    timeout-minutes: 10
    permissions:
      contents: read # to check out gateway.yaml
      pull-requests: write # to keep one comment with the plan
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - uses: litellm-gitops/litellm-gitops@v0.1.0
        with:
          command: plan
          # Forks and Dependabot get no secrets from GitHub: their files are validated, the gateway is not asked.
          offline: \${{ github.event_name == 'pull_request' && (github.event.pull_request.head.repo.full_name != github.repository || github.event.pull_request.user.login == 'dependabot[bot]') }}
          # The private half of vm.ssh.plan_key: it can look and change nothing. Never the key of sync.
          ssh-key: \${{ secrets.GATEWAY_READ_SSH_KEY }}
        # No provider key here: the code of a pull request is not reviewed yet. Whether a key's value changed is seen by sync.
`,"report.yml":`# Says each week what was used and spent, by whom, and how far the budgets reach: a summary, an issue kept up to date, and a page as artifact.
# Copy to .github/workflows/report.yml, or let \`litellm-gitops init\` do it: that also pins the action to its commit.
name: Gateway report

on:
  schedule:
    - cron: '17 6 * * 1' # UTC, of the seven days before; GitHub is busiest at the full hour
  workflow_dispatch: # of any days, in the summary and the page alone
    inputs:
      since:
        description: The first day, YYYY-MM-DD; seven whole days before today when left empty
        type: string
      until:
        description: The last day
        type: string

# Nothing by default; each job names what it needs.
permissions: {}

concurrency:
  group: litellm-gitops-report
  cancel-in-progress: true

jobs:
  report:
    name: Report
    runs-on: ubuntu-latest # a runner of your own when the gateway is not reachable from the internet
    timeout-minutes: 15
    # No environment: one that waits for reviewers would keep the news from them. The key below can change nothing.
    permissions:
      contents: read # to check out gateway.yaml
      issues: write # to keep the issue; without this line there is none
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - uses: litellm-gitops/litellm-gitops@v0.1.0
        with:
          command: report
          since: \${{ inputs.since }}
          until: \${{ inputs.until }}
          time-zone: UTC # where days are cut, such as Europe/Berlin
          # The private half of vm.ssh.plan_key: it can look and change nothing.
          ssh-key: \${{ secrets.GATEWAY_READ_SSH_KEY }}
      # Who may read the repository may read this: names, teams and what they spent.
      - uses: actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f # v7.0.0
        with:
          name: gateway-report
          path: gateway-report/
          if-no-files-found: error
          retention-days: 90
`,"restore.yml":`# Brings back a backup: first what it would change, then, with the gateway's domain typed in, the restore itself.
# Copy to .github/workflows/restore.yml, or let \`litellm-gitops init\` do it: that also pins the action to its commit.
# A safety backup is taken before, and undo brings back what was there.
# Give the environment \`gateway-restore\` reviewers: this replaces the database that people are served from.
# While GitHub is down, the same from a terminal: litellm-gitops restore, or on the host itself: sudo litellm-gitops restore
name: Gateway restore

on:
  workflow_dispatch:
    inputs:
      backup:
        description: Which backup - latest, an id or a time such as 2026-11-23T02:00; the latest when left empty
        type: string
      scope:
        description: How much - the database, only its configuration (spend logs stay), or all with keys and release
        type: choice
        options: [database, configuration, all]
        default: database
      confirm:
        description: The gateway's domain; left empty, the run only says what would change
        type: string
      undo:
        description: Bring back what the last restore replaced
        type: boolean
        default: false

# Nothing by default; each job names what it needs.
permissions: {}

concurrency:
  # A group of its own for each run: one that waits for a reviewer would hold up whatever shares its group, a rollback too. What keeps
  # runs apart is the lock on the host, for which they wait.
  group: litellm-gitops-restore-\${{ github.run_id }}
  cancel-in-progress: false

jobs:
  restore:
    name: Restore
    runs-on: ubuntu-latest # a runner of your own when the gateway is not reachable from the internet
    timeout-minutes: 240 # it may wait an hour for another run
    environment: gateway-restore
    permissions:
      contents: read # to check out gateway.yaml
      deployments: write # to record in the repository what was restored when
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - uses: litellm-gitops/litellm-gitops@v0.1.0
        with:
          command: restore
          backup: \${{ !inputs.undo && inputs.backup || '' }}
          scope: \${{ !inputs.undo && inputs.scope || '' }}
          confirm: \${{ inputs.confirm }}
          undo: \${{ inputs.undo }}
          ssh-key: \${{ secrets.GATEWAY_SSH_KEY }}
        env:
          # Only for a host that lost its own: /etc/litellm/backup_password as you keep it outside of the host.
          BACKUP_PASSWORD: \${{ secrets.BACKUP_PASSWORD }}
`,"rollback.yml":`# Serves again what an earlier release served, image and configuration, without losing a request.
# Copy to .github/workflows/rollback.yml, or let \`litellm-gitops init\` do it: that also pins the action to its commit.
# The repository still says otherwise afterwards: revert the change there too, or the next sync makes it again.
name: Gateway rollback

on:
  workflow_dispatch:
    inputs:
      target:
        description: The release to go back to; the one before the serving one when left empty
        type: string
      force:
        description: Go back although the schema of the database has moved on since
        type: boolean
        default: false

# Nothing by default; each job names what it needs.
permissions: {}

concurrency:
  # A group of its own for each run: one that waits for a reviewer would hold up whatever shares its group, a rollback too. What keeps
  # runs apart is the lock on the host, for which they wait.
  group: litellm-gitops-rollback-\${{ github.run_id }}
  cancel-in-progress: false

jobs:
  rollback:
    name: Rollback
    runs-on: ubuntu-latest # a runner of your own when the gateway is not reachable from the internet
    timeout-minutes: 90 # it may wait an hour for another run
    environment: gateway
    permissions:
      contents: read # to check out gateway.yaml
      deployments: write # to record in the repository what was deployed when
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - uses: litellm-gitops/litellm-gitops@v0.1.0
        with:
          command: rollback
          target: \${{ inputs.target }}
          force: \${{ inputs.force }}
          ssh-key: \${{ secrets.GATEWAY_SSH_KEY }}
`,"rotate-canary.yml":`# Proves that jobs of this repository read the key that \`rotate\` gave them, without telling it: a secret cannot be read back.
# Copy to .github/workflows/rotate-canary.yml of each repository that is a target, with the name of its secret below.
# \`rotate\` starts it with a nonce when gateway.yaml says \`rotate: {canary: true}\`, and compares the answer. It answers only to whoever
# proves to know the key: everybody with write access may start it, and could guess a weak key by answers to questions of their own.
name: Gateway rotate canary
run-name: Gateway rotate canary \${{ inputs.nonce }}

on:
  workflow_dispatch:
    inputs:
      nonce:
        description: What is asked; never the same twice
        required: true
      environment:
        description: The environment whose secret is asked for; empty for the repository's
        default: ''
      secret:
        description: The name of the secret that is asked for
        required: true
      proof:
        description: That whoever asks knows the key
        required: true

# The job needs nothing of GitHub but the secret.
permissions: {}

concurrency:
  group: rotate-canary-\${{ inputs.nonce }}
  cancel-in-progress: false

jobs:
  answer:
    name: Answer
    runs-on: ubuntu-latest
    timeout-minutes: 5
    environment: \${{ inputs.environment }}
    steps:
      - name: Answer to whoever knows the key
        id: hmac
        env:
          KEY: \${{ secrets.LITELLM_MASTER_KEY }} # the name that gateway.yaml has for this target
          NONCE: \${{ inputs.nonce }}
          ENVIRONMENT: \${{ inputs.environment }}
          SECRET: \${{ inputs.secret }}
          PROOF: \${{ inputs.proof }}
        # The key stays in the environment of this one program: as an argument everybody on the machine would see it.
        run: |
          answer="$(python3 - <<'END'
          import hashlib, hmac, os

          env = os.environ
          def bound(what, *more):
              text = ["litellm-gitops rotate-canary", what, env["GITHUB_REPOSITORY"], env["ENVIRONMENT"], env["SECRET"], env["NONCE"], *more]
              return hmac.new(env["KEY"].encode(), "\\n".join(text).encode(), hashlib.sha256).hexdigest()

          knows = env["KEY"] and hmac.compare_digest(bound("question").encode(), env["PROOF"].encode())
          print(bound("answer", env["GITHUB_RUN_ID"]) if knows else "other")
          END
          )"
          echo "answer=$answer" >> "$GITHUB_OUTPUT"
          echo "$answer" > rotate-canary.txt
      - uses: actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f # v7.0.0
        with:
          # The name is the answer: it can be read without a download.
          name: rotate-canary-\${{ steps.hmac.outputs.answer }}
          path: rotate-canary.txt
          retention-days: 1
`,"rotate-keys.yml":`# Replaces the keys of \`keys\` with deliver that are due, each Monday, and ends replaced ones that nobody uses any more, each day.
# Copy to .github/workflows/rotate-keys.yml.
# A key that has leaked: Run workflow, with its alias and revoke.
name: Gateway rotate keys

on:
  schedule:
    - cron: '41 5 * * 1' # replaces those that are due
    - cron: '41 6 * * *' # ends replaced ones, each day; the same text stands below
  workflow_dispatch:
    inputs:
      keys:
        description: due, all, or an alias
        type: string
        default: due
      revoke:
        description: They have leaked - make new ones and refuse every one of before, in this run
        type: boolean
        default: false
      force:
        description: End replaced ones now; with revoke, go on although a secret cannot be written
        type: boolean
        default: false

# Nothing by default; each job names what it needs.
permissions: {}

concurrency:
  # A group of its own for each run: one that waits for a reviewer would hold up whatever shares its group, a rollback too. What keeps
  # runs apart is the lock on the host, for which they wait.
  group: litellm-gitops-rotate-keys-\${{ github.run_id }}
  cancel-in-progress: false

jobs:
  rotate:
    name: Rotate keys
    if: \${{ github.event.schedule != '41 6 * * *' }}
    runs-on: ubuntu-latest # a runner of your own when the gateway is not reachable from the internet
    timeout-minutes: 90 # it may wait an hour for another run
    # Holds the secrets below. Allow only main to use it, and add reviewers: see docs/review.md.
    environment: gateway
    permissions:
      contents: read # to check out gateway.yaml
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - uses: litellm-gitops/litellm-gitops@v0.1.0
        with:
          command: rotate
          keys: \${{ inputs.keys || 'due' }}
          revoke: \${{ inputs.revoke || false }}
          force: \${{ inputs.force || false }}
          ssh-key: \${{ secrets.GATEWAY_SSH_KEY }}
          # The job's own token can never write secrets: a fine-grained one that may, on the receivers alone.
          secrets-token: \${{ secrets.GATEWAY_SECRETS_TOKEN }}

  finish:
    name: Finish keys
    if: \${{ github.event.schedule == '41 6 * * *' }}
    runs-on: ubuntu-latest # the same runner as above
    timeout-minutes: 90 # it may wait an hour for another run
    # Without reviewers, and without a token that writes secrets: a replaced key is ended while nobody looks.
    environment: gateway-watch
    permissions:
      contents: read # to check out gateway.yaml
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - uses: litellm-gitops/litellm-gitops@v0.1.0
        with:
          command: rotate
          keys: due
          phase: finish
          ssh-key: \${{ secrets.GATEWAY_SSH_KEY }}
`,"rotate.yml":`# Gives the gateway a new master key each month, and the secrets that gateway.yaml names under \`rotate\` the same key.
# Copy to .github/workflows/rotate.yml, or let \`litellm-gitops init\` do it: that also pins the action to its commit.
# One run makes the new key, a later one ends the old one once the grace time is over, and never begins another. A key that has leaked:
# Run workflow, with revoke.
name: Gateway rotate

on:
  schedule:
    - cron: '41 3 1 * *' # makes the new key; the same text stands below
    - cron: '41 4 * * *' # ends the old one, each day, as the first may have waited for a reviewer; the same text stands below
  workflow_dispatch:
    inputs:
      phase:
        description: What to do
        type: choice
        options: [due, begin, finish]
        default: due
      revoke:
        description: The key has leaked - make a new one and refuse every key of before, in this run
        type: boolean
        default: false
      force:
        description: End the grace time now; with revoke, go on although a target cannot be written
        type: boolean
        default: false

# Nothing by default; each job names what it needs.
permissions: {}

concurrency:
  # A group of its own for each run: one that waits for a reviewer would hold up whatever shares its group, a rollback too. What keeps
  # runs apart is the lock on the host, for which they wait.
  group: litellm-gitops-rotate-\${{ github.run_id }}
  cancel-in-progress: false

jobs:
  rotate:
    name: Rotate
    if: \${{ !(github.event.schedule == '41 4 * * *' || inputs.phase == 'finish' && !inputs.revoke && !inputs.force) }}
    runs-on: ubuntu-latest # a runner of your own when the gateway is not reachable from the internet
    timeout-minutes: 90 # it may wait an hour for another run
    # Holds the secrets below. Allow only main to use it, and add reviewers: see docs/review.md.
    environment: gateway
    permissions:
      contents: read # to check out gateway.yaml
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - uses: litellm-gitops/litellm-gitops@v0.1.0
        with:
          command: rotate
          phase: \${{ github.event.schedule == '41 3 1 * *' && 'begin' || inputs.phase }}
          revoke: \${{ inputs.revoke || false }}
          force: \${{ inputs.force || false }}
          ssh-key: \${{ secrets.GATEWAY_SSH_KEY }}
          # The job's own token can never write secrets: a fine-grained one that may, on the targets alone.
          github-token: \${{ secrets.GATEWAY_ROTATE_TOKEN }}

  finish:
    name: Finish
    if: \${{ github.event.schedule == '41 4 * * *' || inputs.phase == 'finish' && !inputs.revoke && !inputs.force }}
    runs-on: ubuntu-latest # the same runner as above
    timeout-minutes: 90 # it may wait an hour for another run
    # Without reviewers: an old key whose time is over is ended while nobody looks. No token that writes secrets is here, so a run
    # that died before every target had the new key is gone on with by the other job.
    environment: gateway-watch
    permissions:
      contents: read # to check out gateway.yaml
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - uses: litellm-gitops/litellm-gitops@v0.1.0
        with:
          command: rotate
          phase: finish
          ssh-key: \${{ secrets.GATEWAY_SSH_KEY }}
`,"sync.yml":`# Makes models, router, cache and budgets of the running gateway as gateway.yaml on main declares them. No request is lost.
# Copy to .github/workflows/sync.yml, or let \`litellm-gitops init\` do it: that also pins the action to its commit.
name: Gateway sync

on:
  push:
    branches: [main]
    paths:
      - gateway.yaml
      - models/** # what gateway.yaml includes
      - '**.py' # and files beside it that go to the host
      - prompts/**
      - .github/workflows/sync.yml
  workflow_dispatch:
    inputs:
      force:
        description: Apply what main declares although no reviewed plan shows it
        type: boolean
        default: false

# Nothing by default; each job names what it needs.
permissions: {}

concurrency:
  # A group of its own for each run: one that waits for a reviewer would hold up whatever shares its group, a rollback too. What keeps
  # runs apart is the lock on the host, for which they wait.
  group: litellm-gitops-sync-\${{ github.run_id }}
  cancel-in-progress: false

jobs:
  sync:
    name: Sync
    runs-on: ubuntu-latest # a runner of your own when the gateway is not reachable from the internet
    timeout-minutes: 90 # it may wait an hour for another run
    # Holds the secrets below. Allow only main to use it, and add reviewers: see docs/review.md.
    environment: gateway
    permissions:
      contents: read # to check out gateway.yaml
      pull-requests: read # to compare what it will do with the plan that was reviewed
      deployments: write # to record in the repository what was deployed when
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - uses: litellm-gitops/litellm-gitops@v0.1.0
        with:
          command: sync
          force: \${{ inputs.force || false }}
          ssh-key: \${{ secrets.GATEWAY_SSH_KEY }}
          # For keys with deliver: a token that may write their secrets, which the job's own never can. Without such keys it need not be set.
          secrets-token: \${{ secrets.GATEWAY_SECRETS_TOKEN }}
          # Tells people when it changes: an incoming webhook of Slack, of a Teams workflow, or a server of yours. One that is not set tells nobody.
          notify-slack: \${{ secrets.NOTIFY_SLACK }}
          notify-teams: \${{ secrets.NOTIFY_TEAMS }}
          notify-webhook: \${{ secrets.NOTIFY_WEBHOOK }}
        env:
          # One line for each os.environ/NAME in gateway.yaml; one whose secret is not set counts as not given.
          OPENAI_API_KEY: \${{ secrets.OPENAI_API_KEY }}
          ANTHROPIC_API_KEY: \${{ secrets.ANTHROPIC_API_KEY }}
          OPENROUTER_API_KEY: \${{ secrets.OPENROUTER_API_KEY }}
          PERPLEXITY_API_KEY: \${{ secrets.PERPLEXITY_API_KEY }}
`,"upgrade.yml":`# Rehearses the newest release of LiteLLM beside the gateway each week, and proposes it in one pull request. Merging that deploys it.
# Copy to .github/workflows/upgrade.yml, or let \`litellm-gitops init\` do it: that also pins the action to its commit.
# GitHub starts no workflow for what the job's own token opens, or one that waits for approval: the pull request gets its plan when somebody
# approves it, or closes and opens it again. With a token of an App as UPGRADE_TOKEN it gets one at once: see docs/tokens.md.
name: Gateway upgrade

on:
  schedule:
    - cron: '41 6 * * 1' # Monday morning, UTC
  workflow_dispatch:
    inputs:
      age:
        description: How old a release must be, in days
        type: string
        default: '7'
  push:
    branches: [main]

# Nothing by default; each job names what it needs.
permissions: {}

concurrency:
  # A push has a group of its own: a deploy that waits for a reviewer would hold up the next rehearsal.
  group: litellm-gitops-upgrade-\${{ github.event_name == 'push' && github.run_id || 'rehearsal' }}
  cancel-in-progress: false

jobs:
  rehearse:
    name: Rehearse
    if: \${{ github.event_name != 'push' }}
    runs-on: ubuntu-latest # a runner of your own when the gateway is not reachable from the internet
    timeout-minutes: 120
    # Holds the secrets below. Allow only main to use it, and add no reviewers: this has to run while nobody looks.
    environment: gateway-watch
    permissions:
      contents: write # to commit the new image to the branch litellm-gitops/upgrade
      pull-requests: write # to open the pull request, and keep it up to date
      issues: write # to keep one issue open while the next release cannot be proposed
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - uses: litellm-gitops/litellm-gitops@v0.1.0
        with:
          command: upgrade
          age: \${{ inputs.age || '7' }}
          ssh-key: \${{ secrets.GATEWAY_SSH_KEY }}
          github-token: \${{ secrets.UPGRADE_TOKEN || github.token }}
          # Tells people when it changes: an incoming webhook of Slack, of a Teams workflow, or a server of yours. One that is not set tells nobody.
          notify-slack: \${{ secrets.NOTIFY_SLACK }}
          notify-teams: \${{ secrets.NOTIFY_TEAMS }}
          notify-webhook: \${{ secrets.NOTIFY_WEBHOOK }}
        # Where litellm.registry names secrets, such as os.environ/REGISTRY_TOKEN, add them here:
        # env:
        #   REGISTRY_TOKEN: \${{ secrets.REGISTRY_TOKEN }}

  deploy:
    name: Deploy
    # What was merged is an upgrade: by a merge commit, or squashed or rebased. Whatever else it says, only what was reviewed is deployed.
    if: >-
      \${{ github.event_name == 'push' && (contains(github.event.head_commit.message, 'litellm-gitops/upgrade') ||
      startsWith(github.event.head_commit.message, 'Upgrade LiteLLM from ')) }}
    runs-on: ubuntu-latest # a runner of your own when the gateway is not reachable from the internet
    timeout-minutes: 120 # it may wait an hour for another run
    # Holds the secrets below. Allow only main to use it, and add reviewers: see docs/review.md.
    environment: gateway
    permissions:
      contents: read # to check out gateway.yaml
      pull-requests: read # to compare what it will do with the plan that was reviewed
      deployments: write # to record in the repository what was deployed when
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - uses: litellm-gitops/litellm-gitops@v0.1.0
        with:
          command: deploy
          ssh-key: \${{ secrets.GATEWAY_SSH_KEY }}
          secrets-token: \${{ secrets.GATEWAY_SECRETS_TOKEN }} # for keys with deliver; need not be set without such keys
        env:
          # One line for each os.environ/NAME in gateway.yaml; one whose secret is not set counts as not given.
          OPENAI_API_KEY: \${{ secrets.OPENAI_API_KEY }}
          ANTHROPIC_API_KEY: \${{ secrets.ANTHROPIC_API_KEY }}
          OPENROUTER_API_KEY: \${{ secrets.OPENROUTER_API_KEY }}
          PERPLEXITY_API_KEY: \${{ secrets.PERPLEXITY_API_KEY }}
`,"verify-image.yml":`# Checks in a pull request that an image of LiteLLM which gateway.yaml newly names was signed by LiteLLM's own release. Reads only.
# Copy to .github/workflows/verify-image.yml, or let \`litellm-gitops init\` do it. The digest fixes the bytes: what was verified here is what
# the machine pulls. Of your own images nothing is checked. Some versions before November 2026 were never signed (LiteLLM issue 32306):
# a red check says so, and the person who merges decides.
name: Gateway image

# No filter by path: a required check that does not run stays pending for ever.
on:
  pull_request:
  merge_group: # the check is green there: each pull request in it had its own

# Nothing by default; each job names what it needs.
permissions: {}

concurrency:
  group: litellm-gitops-verify-image-\${{ github.event.pull_request.number || github.ref }}
  cancel-in-progress: true

jobs:
  verify:
    name: Verify image
    if: \${{ github.event_name == 'pull_request' }}
    runs-on: ubuntu-latest # any runner that reaches the registry and sigstore; the gateway is not asked
    timeout-minutes: 10
    permissions:
      contents: read # to check out gateway.yaml
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
          fetch-depth: 2 # with what main has
      - uses: sigstore/cosign-installer@6f9f17788090df1f26f669e9d70d6ae9567deba6 # v4.1.2
      - name: Verify what is new
        run: |
          official='(ghcr\\.io/berriai|docker\\.io/litellm)/[a-z0-9._/-]+(:[A-Za-z0-9_.-]+)?@sha256:[0-9a-f]{64}'
          # A tag beside the digest says nothing about the bytes.
          named() { grep --only-matching --extended-regexp "$official" | sed 's/:[^:@]*@/@/' | sort --unique || true; }
          # What main names came in through a check of its own.
          comm -13 <(git show 'HEAD^1:gateway.yaml' 2>/dev/null | named) <(named <gateway.yaml) >"$RUNNER_TEMP/images"
          [ -s "$RUNNER_TEMP/images" ] || echo '::notice::gateway.yaml names no new image of ghcr.io/berriai or docker.io/litellm.'
          failed=0
          while read -r image; do
            if cosign verify --certificate-identity "$IDENTITY" --certificate-oidc-issuer "$ISSUER" "$image" >/dev/null; then
              echo "::notice::$image was signed by LiteLLM's release workflow."
            elif cosign verify --key "$KEY_UNTIL_NOVEMBER" "$image" >/dev/null || cosign verify --key "$KEY_UNTIL_OCTOBER" "$image" >/dev/null; then
              echo "::warning::$image was signed with a key that LiteLLM gave up in 2026. Newer releases are signed by its release workflow, which proves more."
            else
              echo "::error file=gateway.yaml::$image has no signature of LiteLLM. Do not merge unless you know where this digest comes from."
              failed=1
            fi
          done <"$RUNNER_TEMP/images"
          exit "$failed"
        env:
          # As LiteLLM's release notes have them: every release since 2026-11-15, since 2026-10-24, and before.
          IDENTITY: https://github.com/BerriAI/project-releaser/.github/workflows/release.yml@refs/heads/main
          ISSUER: https://token.actions.githubusercontent.com
          KEY_UNTIL_NOVEMBER: https://raw.githubusercontent.com/BerriAI/litellm/e82a3c646908ba0a6ee0beddc4310d7a6cac4065/cosign.pub
          KEY_UNTIL_OCTOBER: https://raw.githubusercontent.com/BerriAI/litellm/0112e53046018d726492c814b3644b7d376029d0/cosign.pub
`}}let E=/(uses: litellm-gitops\/litellm-gitops)@\S+/g,D=/^( +)([A-Z][A-Z0-9_]*): \$\{\{ secrets\.\2 \}\}\n/,O=/^ +# [^\n]*os\.environ\/NAME[^\n]*\n/m;function workflowFor(e,{pin:t,references:n}){let r=t===void 0?e:e.replaceAll(E,(e,n)=>`${n}@${t.commit} # ${t.name}`),i=O.exec(r);if(i===null)return r;let a=r.slice(0,i.index+i[0].length),o=r.slice(a.length),s=D.exec(o)?.[1]??`          `;for(;D.test(o);)o=o.replace(D,``);return`${a}${n.map(e=>`${s}${e}: \${{ secrets.${e} }}\n`).join(``)}${o}`}var k=n(4086),A=n(560),j=n(7992),M=n(4059);let N={domain:`Domain of the gateway, such as llm.example.com`,host:`Address of the machine by SSH`,user:`User there, who may become root`,users:`People who will use it`,image:`Image of LiteLLM, such as ghcr.io/berriai/litellm-database:v1.106.2`,providers:`Providers, of ${Object.keys(C).join(`, `)}`},P={user:`debian`,users:`100`,providers:`openai`},F=[`plan.yml`,`verify-image.yml`,`sync.yml`,`deploy.yml`,`rollback.yml`,`drift.yml`,`doctor.yml`,`report.yml`,`backup-verify.yml`,`restore.yml`],I=`config.yaml`;async function init(e){let{write:t,files:n,logger:a,config:u,inputs:d}=e;if(t===void 0)throw new l.dh(`init writes files for a person to review; run it on a command line.`);if(d.owner!==void 0&&!(0,p.u8)(d.owner))throw refused(`owner`,`got the owner ${JSON.stringify(d.owner)}.`,`write a user, a team or an address as CODEOWNERS does: @octocat, @acme/platform, ops@example.com.`);let f=[],put=(e,r)=>{(0,k.$B)(n,e)?f.push(`kept ${e}: it exists already`):(t(e,r),f.push(`wrote ${e}`))},m=Object.entries(templates()).filter(([e])=>F.includes(e)),h=m.every(([e])=>(0,k.$B)(n,`.github/workflows/${e}`))?void 0:await pinFor(d.ref,j.x,process.argv[1]??``),g=[];if((0,k.$B)(n,u))put(u,``);else{let o=await(0,A.eo)(await answersOf(e),f);if((0,k.$B)(n,I)){t(u,(0,r.As)(machineOf(o),{...c.V,lineWidth:0}));let n=await(0,M.importGateway)({...e,inputs:{from:I}});g=n.problems??[],n.last!==void 0&&a.info(n.last),f.push(`wrote ${u}, with the models and settings of ${I}`)}else{let e=declarationText(o);g=(0,i.f)(u,(0,k.sH)(n,u,e)).warnings,put(u,e)}}let _=(0,s.o$)(u,n).value,v=[...new Set((0,o.d)(_).references.map(({name:e})=>e))].sort(),y=m.map(([e,t])=>{let n=workflowFor(t,{pin:h,references:v});return put(`.github/workflows/${e}`,n),n});tellOwners(e,_,put,f);let b=nextSteps(y,{planKey:JSON.stringify(_).includes(`"plan_key"`)});for(let e of f)a.info(e);return a.info(`What is left:\n${b.map(e=>`  ${e}`).join(`
`)}`),{problems:g,result:{files:f,steps:b},markdown:["### `init` done",``,...f.map(e=>`- ${e}`),``,"```sh",...b,"```"].join(`
`)}}function tellOwners({files:e,config:t,inputs:{owner:n}},r,i,a){let o=(0,p.Zl)(t,r,n),s=p.nB.find(t=>(0,k.$B)(e,t));if(s===void 0){i(p.nB[0],o);return}let c=e.read(s).split(`
`),l=o.split(`
`).filter(e=>e.startsWith(`/`)&&!c.includes(e));a.push(`kept ${s}: it exists already${l.length===0?``:`; add these lines: ${l.join(`, `)}`}`)}async function answersOf(e){let{inputs:t,ask:n}=e,r={},i=[];for(let[e,a]of Object.entries(N)){let o=t[e]??await n?.(a,P[e])??P[e];o===void 0||o.trim()===``?i.push(`--${e}`):r[e]=o.trim()}if(i.length>0)throw refused(`missing`,`there is no terminal to prompt on, and ${i.join(`, `)} ${i.length===1?`is`:`are`} missing.`,`give them, or run init on a terminal.`);let{domain:a=``,host:o=``,user:s=``,users:c=``,image:l=``,providers:u=``}=r;return{domain:a,host:o,user:s,image:l,users:Number(c),providers:providersOf(u),hostKey:t[`host-key`]??await confirmedKey(o,e),...t[`plan-key`]===void 0?{}:{planKey:t[`plan-key`]}}}function providersOf(e){return e.split(/[\s,]+/).map(e=>{if(isProvider(e))return e;throw refused(`provider`,`got the provider "${e}".`,`write one or more of ${Object.keys(C).join(`, `)}; add others in gateway.yaml.`)})}async function confirmedKey(e,{ask:t}){let{line:n,fingerprint:r}=await scanHostKey(e),i=`ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub`;if((await t?.(`${e} shows the key ${r}. Type yes when "${i}" on its console says the same`))?.trim()===`yes`)return n;throw refused(`host-key`,`${e} shows the key ${r}, and nobody has confirmed that it is the machine's.`,`compare it with ${i} on its console, then give --host-key "${n}".`)}function refused(e,t,n){return new a.x([{severity:`error`,code:e,message:t,fix:n,at:{file:`init`,line:1,column:1}}])}}),7850:((e,t,n)=>{n.d(t,{nB:()=>s,Zl:()=>codeownersText,qR:()=>decidingPaths,u8:()=>isOwner});var r=n(6760),i=n(994),a=n(546),o=n(5378);function besidePaths(e){if(!(0,i.u)(e))return[];let t=(0,o.$)(e).flatMap(({kind:e,text:t})=>{if(e===`path`)return(0,a.$)(t)??[];if(e!==`module`)return[];let n=t.slice(0,t.lastIndexOf(`.`));return n.startsWith(`litellm.`)?[]:`${n.replaceAll(`.`,`/`)}.py`}),{files:n}=e,r=(Array.isArray(n)?n:[]).filter(e=>typeof e==`string`);return[...new Set([...t,...r])]}let s=[`.github/CODEOWNERS`,`CODEOWNERS`,`docs/CODEOWNERS`],c=/^(?:@[A-Za-z0-9][A-Za-z0-9-]*(?:\/[A-Za-z0-9][\w.-]*)?|[^\s@#]+@[^\s@#]+)$/;function isOwner(e){return c.test(e)}function codeownersText(e,t,n){let r=decidingPaths(e,t).map(e=>`/${e.replaceAll(` `,`\\ `)}`).map(e=>`${e} ${n??`@your-org/your-team`}`);return[`# Whoever may change these files administers the gateway. GitHub asks the owners for a review, and waits for it when a rule of`,`# the protected branch says "Require review from Code Owners".`,...n===void 0?[`# Name yours, and take the # away:`,...r.map(e=>`# ${e}`)]:r,``].join(`
`)}function decidingPaths(e,t){let n=(0,i.u)(t)?t.include:void 0,a=e.includes(`/`)?e.slice(0,e.lastIndexOf(`/`)+1):``,o=[...(Array.isArray(n)?n:[n]).filter(e=>typeof e==`string`),...besidePaths(t)].map(e=>{let t=r.posix.normalize(`${a}${e}`);return/[*?{[]/.test(t)?t.replace(/[^/]*[*?{[].*$/,``):t});return[...new Set([e,...o,`.github/`])]}})};