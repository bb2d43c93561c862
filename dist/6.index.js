"use strict";
exports.id = 6;
exports.ids = [6];
exports.modules = {

/***/ 4006:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   cli: () => (/* binding */ cli)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8161);
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_os__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_2___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_2__);
/* harmony import */ var commander__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(8179);
/* harmony import */ var _commands_files_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(1612);
/* harmony import */ var _commands_report_json_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(2192);
/* harmony import */ var _commands_run_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(9950);
/* harmony import */ var _gateway_front_door_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(9051);
/* harmony import */ var _github_known_secrets_js__WEBPACK_IMPORTED_MODULE_11__ = __webpack_require__(2959);
/* harmony import */ var _github_lazy_client_js__WEBPACK_IMPORTED_MODULE_12__ = __webpack_require__(9000);
/* harmony import */ var _github_logger_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(6280);
/* harmony import */ var _host_session_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(9410);
/* harmony import */ var _plan_wording_js__WEBPACK_IMPORTED_MODULE_10__ = __webpack_require__(7986);













const OPTIONS = {
    offline: ['--offline', 'validate only'],
    target: ['--target <release>', 'the release to go back to; the one before this when left out'],
    force: [
        '--force',
        'rollback: although the schema has moved on; rotate: end the grace time now; import: over what is declared',
    ],
    from: ['--from <file>', "LiteLLM's config.yaml; its secrets become references"],
    url: ['--url <url>', 'a gateway that runs; its admin key in LITELLM_MASTER_KEY'],
    backup: ['--backup <which>', 'latest, an id or a time such as 2026-11-23T02:00; latest when left out'],
    scope: [
        '--scope <scope>',
        'database (default), configuration (without the logs), or all (keys and release too)',
    ],
    confirm: [
        '--confirm <name>',
        "restore: the gateway's domain, without it nothing is done; destroy: the machine's name",
    ],
    undo: ['--undo', 'bring back what the last restore replaced'],
    domain: ['--domain <domain>', 'of the gateway'],
    host: ['--host <address>', 'of the machine, by SSH'],
    user: ['--user <name>', 'who may become root there; debian when left out'],
    users: ['--users <number>', 'people who will use it; 100 when left out'],
    image: ['--image <image@sha256:…>', 'of LiteLLM with a database'],
    providers: ['--providers <names>', 'openai, anthropic, openrouter, perplexity; openai when left out'],
    'host-key': ['--host-key <line>', 'of /etc/ssh/ssh_host_ed25519_key.pub on the machine'],
    'plan-key': ['--plan-key <line>', 'the public half of the key that pull requests use'],
    ref: ['--ref <commit>', 'of the action, to pin it by; the version of this program when left out'],
    fix: ['--fix', 'close files of ours to others, and start what should run'],
};
/** The CLI: the same commands as the action. Exit 0 fine, 1 failed, 2 there are differences (plan). */
async function cli(argv) {
    const program = new commander__WEBPACK_IMPORTED_MODULE_3__/* .Command */ .uB('litellm-gitops')
        .description('Run a self-hosted LiteLLM gateway from a Git repository.')
        .showHelpAfterError();
    let exit = 0;
    for (const name of _commands_run_js__WEBPACK_IMPORTED_MODULE_6__/* .COMMAND_NAMES */ .nZ) {
        const command = program.command(name).description(_commands_run_js__WEBPACK_IMPORTED_MODULE_6__/* .COMMANDS */ .Lo[name].about);
        command
            .option('--config <file>', 'the declaration', 'gateway.yaml')
            .option('--json', 'print one JSON document on stdout')
            .option('--verbose', 'show details');
        command.option('--ssh-key-file <file>', 'the private SSH key; or its text in SSH_KEY');
        for (const input of _commands_run_js__WEBPACK_IMPORTED_MODULE_6__/* .COMMANDS */ .Lo[name].inputs)
            command.option(OPTIONS[input][0], OPTIONS[input][1]);
        command.action(async (options) => {
            exit = await run(name, options);
        });
    }
    await program.parseAsync([...argv], { from: 'user' });
    return exit;
}
async function run(name, options) {
    const secrets = (0,_github_known_secrets_js__WEBPACK_IMPORTED_MODULE_11__/* .createKnownSecrets */ .b)();
    const sshKey = options.sshKeyFile === undefined ? process.env.SSH_KEY : (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(options.sshKeyFile, 'utf8');
    for (const secret of [sshKey, process.env.GITHUB_TOKEN])
        if (secret)
            secrets.add(secret);
    const logger = (0,_github_logger_js__WEBPACK_IMPORTED_MODULE_8__/* .createTerminalLogger */ .nH)({ redact: secrets.redact, verbose: options.verbose === true });
    const who = `${(0,node_os__WEBPACK_IMPORTED_MODULE_1__.userInfo)().username}@${(0,node_os__WEBPACK_IMPORTED_MODULE_1__.hostname)()}`;
    const report = await (0,_commands_run_js__WEBPACK_IMPORTED_MODULE_6__/* .runCommand */ .d1)(name, {
        config: options.config,
        files: (0,_commands_files_js__WEBPACK_IMPORTED_MODULE_4__/* .filesIn */ .n)(process.cwd()),
        offline: options.offline === true,
        inputs: inputsOf(options),
        sshKey,
        env: process.env,
        logger,
        secrets,
        connect: _host_session_js__WEBPACK_IMPORTED_MODULE_9__/* .connect */ .N,
        addressesOf: _gateway_front_door_js__WEBPACK_IMPORTED_MODULE_7__/* .addressesOf */ .sO,
        github: (0,_github_lazy_client_js__WEBPACK_IMPORTED_MODULE_12__/* .clientFor */ .$)(process.env.GITHUB_TOKEN, process.env.GITHUB_API_URL ?? 'https://api.github.com'),
        now: () => new Date(),
        write: (path, text) => {
            (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.mkdirSync)((0,node_path__WEBPACK_IMPORTED_MODULE_2__.dirname)(path), { recursive: true });
            (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.writeFileSync)(path, text);
        },
        ...(process.stdin.isTTY ? { ask: askOnTerminal } : {}),
        run: { holder: `${who}, ${name}`, url: `cli:${who}:${process.pid}` },
    });
    for (const { severity, text } of report.plan?.notes ?? [])
        logger[severity === 'warning' ? 'warning' : 'info'](text);
    if (options.json)
        process.stdout.write(`${secrets.redact(JSON.stringify((0,_commands_report_json_js__WEBPACK_IMPORTED_MODULE_5__/* .reportJson */ .l)(report)))}\n`);
    if (report.failed)
        return 1;
    if (report.plan !== undefined) {
        const { applied, plan } = report;
        logger.info(applied === undefined
            ? `Plan: ${(0,_plan_wording_js__WEBPACK_IMPORTED_MODULE_10__/* .countText */ .lT)(plan.changes)}.`
            : `Done: ${applied.length} of ${applied.length} changes, read back.`);
    }
    return name === 'plan' && (report.plan?.changes.length ?? 0) > 0 ? 2 : 0;
}
/** The options of which a command has its inputs, under their names there; those that were not given are left out. */
function inputsOf({ hostKey, planKey, ...options }) {
    const named = { ...options, 'host-key': hostKey, 'plan-key': planKey };
    const names = Object.keys(OPTIONS).filter((name) => name !== 'offline' && named[name] !== undefined);
    return Object.fromEntries(names.map((name) => [name, named[name]]));
}
async function askOnTerminal(question, preset) {
    const { createInterface } = await Promise.resolve(/* import() */).then(__webpack_require__.t.bind(__webpack_require__, 6848, 23));
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    try {
        const answer = await terminal.question(`${question}${preset === undefined ? '' : ` [${preset}]`}: `);
        return answer.trim() === '' ? (preset ?? '') : answer;
    }
    finally {
        terminal.close();
    }
}


/***/ })

};
;