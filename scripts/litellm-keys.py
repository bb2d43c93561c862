"""Writes src/config/litellm/litellm-keys.json: what LiteLLM's configuration can hold, by version, read from unpacked wheels.

Usage: python3 scripts/litellm-keys.py VERSION=DIR …   (DIR holds the unpacked `litellm` package; oldest version first)
The source is parsed, never imported. A type is one of string, number, integer, boolean, list, map, any; alternatives are joined by "|",
allowed words are listed as "=word". Source of every name: the pydantic models, signatures and look-ups of that LiteLLM version.
`only` has the names that not all of the versions know, as "first..last" of those that do.
"""

import ast
import functools
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

SCALARS = {"str": "string", "int": "integer", "float": "number", "bool": "boolean"}
#: No YAML makes these.
OBJECTS = ("httpx.Timeout", "ModelResponse", "Exception")
ANY = "any"
#: Of a name whose type is known from other versions, if from any.
UNTYPED = "?"


def kind(annotation: ast.expr | None) -> str:
    """The JSON shape that an annotation admits; anything not understood is `any`, so that it is never refused wrongly."""
    if annotation is None:
        return ANY
    if isinstance(annotation, ast.BinOp):
        return either(kind(annotation.left), kind(annotation.right))
    text = ast.unparse(annotation)
    if text == "None" or text in OBJECTS:
        return "null"
    if text in SCALARS:
        return SCALARS[text]
    if isinstance(annotation, ast.Subscript) and text.startswith("Optional["):
        return kind(annotation.slice)
    if isinstance(annotation, ast.Subscript) and text.startswith("Union[") and isinstance(annotation.slice, ast.Tuple):
        return functools.reduce(either, map(kind, annotation.slice.elts))
    if isinstance(annotation, ast.Subscript) and text.startswith("Literal["):
        words = annotation.slice.elts if isinstance(annotation.slice, ast.Tuple) else [annotation.slice]
        return "|".join(f"={ast.literal_eval(w)}" for w in words if ast.literal_eval(w) is not None)
    if re.match(r"(list|List|tuple|Sequence|Iterable)\b", text):
        return "list"
    if re.match(r"(dict|Dict|Mapping)\b", text):
        return "map"
    return ANY


def either(one: str, other: str) -> str:
    parts = {*one.split("|"), *other.split("|")} - {"null"}
    return ANY if ANY in parts else "|".join(sorted(parts))


def constant(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


class Wheel:
    """The source of one version."""

    def __init__(self, folder: Path) -> None:
        self.base = folder / "litellm"
        self.trees: dict[str, ast.Module] = {}

    def tree(self, path: str) -> ast.Module:
        if path not in self.trees:
            file = self.base / path
            self.trees[path] = ast.parse(file.read_text() if file.exists() else "")
        return self.trees[path]

    def classes(self, path: str) -> dict[str, ast.ClassDef]:
        return {n.name: n for n in ast.walk(self.tree(path)) if isinstance(n, ast.ClassDef)}

    def fields(self, path: str, name: str) -> dict[str, str]:
        """The fields of a pydantic model with those of its bases in the same file; what a validator rewrites first can be anything."""
        node = self.classes(path).get(name)
        if node is None:
            return {}
        found: dict[str, str] = {}
        for base in node.bases:
            found |= self.fields(path, getattr(base, "id", ""))
        for item in node.body:
            if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name) and item.target.id.islower():
                found[item.target.id] = kind(item.annotation)
        return found | dict.fromkeys(rewritten(node), ANY)

    def unchecked(self, path: str, name: str) -> dict[str, str]:
        """The fields of a model by which LiteLLM documents a section, and does not check it."""
        return {field: one.replace("integer", "number") for field, one in self.fields(path, name).items()}

    def signature(self, path: str, name: str) -> dict[str, str]:
        node = self.classes(path).get(name)
        for item in node.body if node else []:
            if isinstance(item, ast.FunctionDef) and item.name == "__init__" and item.args.vararg is None:
                arguments = item.args.args + item.args.kwonlyargs
                return {
                    a.arg: kind(a.annotation).replace("integer", "number")
                    for a in arguments
                    if a.arg != "self" and not a.arg.startswith("_")
                }
        return {}

    def assigned(self, path: str, name: str) -> ast.expr | None:
        for node in ast.walk(self.tree(path)):
            if isinstance(node, ast.Assign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                if any(getattr(t, "id", None) == name for t in targets):
                    return node.value
        return None

    def words(self, path: str, name: str) -> dict[str, str]:
        """The string members of a list constant, in whichever form it is written."""
        value = self.assigned(path, name)
        found = [constant(c) for c in ast.walk(value) if isinstance(c, ast.expr)] if value else []
        return {w: ANY for w in found if w is not None and w.isidentifier()}

    def members(self, path: str, name: str) -> list[str]:
        """The values of an enumeration of texts."""
        node = self.classes(path).get(name)
        found = [constant(i.value) for i in node.body if isinstance(i, ast.Assign)] if node else []
        return [value for value in found if value is not None]

    def texts(self, pattern: str) -> Iterator[str]:
        return (path.read_text() for path in sorted(self.base.glob(pattern)))

    def looked_up(self, pattern: str, mapping: str) -> dict[str, str]:
        """What the code of these files looks up in a mapping whose name ends like that."""
        access = re.compile(r"\w*" + mapping + r'(?:"\]|", \{\}\)|\))?(?:\.get\(|\[)\s*"(\w+)"|"(\w+)" (?:not )?in \w*' + mapping + r"\b")
        return {key: ANY for text in self.texts(pattern) for found in access.findall(text) for key in found if key}

    def attributes(self) -> dict[str, str]:
        """What can be set on the module `litellm`: what it defines or imports, and what is looked for on it."""
        found: dict[str, str] = {}
        for node in self.tree("__init__.py").body:
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                found[node.target.id] = kind(node.annotation).replace("integer", "number")
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                found.setdefault(node.targets[0].id, ANY)
            elif isinstance(node, ast.ImportFrom) and node.module == "litellm._logging":
                found |= dict.fromkeys((alias.name for alias in node.names), ANY)
        # Nothing checks these: what is annotated as a mapping is documented as a list now and then.
        mine = {k: "list|map" if v == "map" else v for k, v in found.items() if k.islower() and not k.startswith("_")}
        asked = (
            re.findall(r'(?:getattr|hasattr)\(litellm, "([a-z]\w+)"|\blitellm\.([a-z]\w+) = |\blitellm\.([A-Z][A-Z_0-9]{4,})\b', text)
            for text in self.texts("**/*.py")
        )
        return {key: ANY for pairs in asked for pair in pairs for key in pair if key} | mine

    def sections(self) -> dict[str, str]:
        """The keys of the file that are read when it is loaded: by `load_config` and what it gives the whole configuration to."""
        functions = {n.name: n for n in ast.walk(self.tree(PROXY)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)}
        found: set[str] = set()
        seen: set[tuple[str, str]] = set()
        ahead = [("load_config", "config"), ("get_config", "config")]
        while ahead:
            if (step := ahead.pop()) in seen or (node := functions.get(step[0])) is None:
                continue
            seen.add(step)
            found |= {key for n in ast.walk(node) if (key := key_read(n, step[1])) is not None}
            ahead += [call for n in ast.walk(node) if isinstance(n, ast.Call) for call in handed_on(n, step[1], functions)]
        return {key: SECTION_KINDS.get(key, ANY) for key in found - NO_SECTIONS}

    def strategies(self) -> str:
        named = self.assigned("types/litellm_params.py", "RoutingStrategyName") or self.annotation("router.py", "routing_strategy")
        members = "|".join(f"={word}" for word in self.members("types/router.py", "RoutingStrategy"))
        return either(kind(named), members) if members else kind(named)

    def annotation(self, path: str, argument: str) -> ast.expr | None:
        for node in ast.walk(self.tree(path)):
            if isinstance(node, ast.arg) and node.arg == argument:
                return node.annotation
        return None

    def providers(self) -> dict[str, str]:
        file = self.base / "llms/openai_like/providers.json"
        more = json.loads(file.read_text()) if file.exists() else {}
        return dict.fromkeys([*self.members("types/utils.py", "LlmProviders"), *more], ANY)


PROXY = "proxy/proxy_server.py"
#: Tables whose names have types.
OPEN = ("sections", "litellm_params", "model_info", "router_settings", "litellm_settings", "general_settings", "cache_params")
#: Which form each has, as the code that reads it goes through it; of those that are missing here any.
SECTION_KINDS = {
    **dict.fromkeys(["model_list", "guardrails", "search_tools", "sandbox_tools", "mcp_tools", "prompts", "credential_list"], "list"),
    **dict.fromkeys(["vector_store_registry", "policy_attachments", "files_settings", "finetune_settings", "worker_registry"], "list"),
    **dict.fromkeys(["agents", "agent_list"], "list"),
    **dict.fromkeys(["router_settings", "litellm_settings", "general_settings", "environment_variables", "mcp_servers"], "map"),
    **dict.fromkeys(["callback_settings", "assistant_settings", "default_vertex_config", "policies"], "map"),
}
#: `include` is followed before; the others are looked for to say that they are in the wrong place.
NO_SECTIONS = {"include", "enable_jwt_auth", "litellm_jwtauth"}


def rewritten(node: ast.ClassDef) -> list[str]:
    """The fields that a `field_validator(…, mode="before")` of the class is for."""
    found = []
    for item in node.body:
        for call in item.decorator_list if isinstance(item, ast.FunctionDef) else []:
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "field_validator" and "before" in ast.unparse(call):
                found += [name for argument in call.args if (name := constant(argument)) is not None]
    return found


def key_read(node: ast.AST, name: str) -> str | None:
    """`config["x"]`, `config.get("x")` and `"x" in config`."""
    if isinstance(node, ast.Subscript) and getattr(node.value, "id", "") == name:
        return constant(node.slice)
    if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.In) and getattr(node.comparators[0], "id", "") == name:
        return constant(node.left)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get" and node.args:
        return constant(node.args[0]) if getattr(node.func.value, "id", "") == name else None
    return None


def handed_on(call: ast.Call, name: str, functions: dict[str, ast.FunctionDef | ast.AsyncFunctionDef]) -> Iterator[tuple[str, str]]:
    """The functions that get the whole configuration, and what it is called there."""
    callee = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if callee not in functions:
        return
    for keyword in call.keywords:
        if getattr(keyword.value, "id", "") == name and keyword.arg is not None:
            yield callee, keyword.arg
    parameters = [a.arg for a in functions[callee].args.args if a.arg != "self"]
    for argument, parameter in zip(call.args, parameters, strict=False):
        if getattr(argument, "id", "") == name:
            yield callee, parameter


def tables(wheel: Wheel) -> dict[str, dict[str, str]]:
    """What one version knows, by table."""
    pricing = wheel.fields("types/utils.py", "CustomPricingLiteLLMParams")
    parameters = {
        name: ANY
        for source in (
            ("constants.py", "OPENAI_CHAT_COMPLETION_PARAMS"),
            ("constants.py", "OPENAI_EMBEDDING_PARAMS"),
            ("constants.py", "DEFAULT_CHAT_COMPLETION_PARAM_VALUES"),
            ("types/litellm_params.py", "OWNED_KWARG_NAMES"),
            ("types/litellm_params.py", "KWARG_ARTIFACTS"),
        )
        for name in wheel.words(*source)
    }
    return {
        "providers": wheel.providers(),
        "sections": wheel.sections(),
        "guardrail_types": dict.fromkeys(wheel.members("types/guardrails.py", "SupportedGuardrailIntegrations"), ANY),
        "guardrail_modes": dict.fromkeys(wheel.members("types/guardrails.py", "GuardrailEventHooks"), ANY),
        "mcp_transports": dict.fromkeys(wheel.members("types/mcp.py", "MCPTransport"), ANY),
        "mcp_auth_types": dict.fromkeys(wheel.members("types/mcp.py", "MCPAuth"), ANY),
        "litellm_params": parameters
        | wheel.looked_up("router*/**/*.py", "litellm_params")
        | wheel.looked_up("router.py", "litellm_params")
        | wheel.looked_up("utils.py", "litellm_params")
        | pricing
        | wheel.fields("types/router.py", "LiteLLM_Params")
        | {"weight": "number", "guardrails": ANY}
        # One deployment is made of each; the other is an alias of a list.
        | {"organization": "list|string", "configurable_clientside_auth_params": "list"},
        "model_info": dict.fromkeys(
            wheel.fields("types/utils.py", "ModelInfoBase") | wheel.fields("types/utils.py", "ProviderSpecificModelInfo"), ANY
        )
        | wheel.looked_up("proxy/**/*.py", "model_info")
        | pricing
        | wheel.fields("types/router.py", "ModelInfo")
        # Its constructor makes a text of a number.
        | {"id": "number|string", "mode": "string", "health_check_model": "string", "access_groups": "list"},
        "router_settings": dict.fromkeys(wheel.words("router_api.py", "ROUTER_INIT_ARGS"), UNTYPED)
        | wheel.signature("router.py", "Router")
        | wheel.unchecked("types/router.py", "UpdateRouterConfig")
        | {"routing_strategy": wheel.strategies()},
        "litellm_settings": dict.fromkeys(re.findall(r'(?:key|k) == "(\w+)"', (wheel.base / PROXY).read_text()), ANY)
        | wheel.looked_up("**/*.py", "litellm_settings")
        | wheel.attributes()
        # The one of the callbacks that may be a text (`initialize_callbacks_on_proxy`).
        | {"callbacks": "list|string", "cache_params": "map", "request_timeout": "number"}
        # One function by its name: a list of them stops the start (`get_instance_fn`).
        | {"post_call_rules": "string"},
        "general_settings": wheel.looked_up("**/*.py", "general_settings")
        | wheel.unchecked("proxy/_types.py", "ConfigGeneralSettings")
        # Looked for in it with `in`, which a text answers as well (`slack_alerting.py`).
        | {"alerting": "list|string"},
        "cache_params": wheel.signature("caching/caching.py", "Cache")
        | {
            "port": "number|string",
            "url": "string",
            "username": "string",
            "ssl": "boolean",
            "db": "number",
            "socket_timeout": "number",
            "max_connections": "number",
            "service_name": "string",
            "sentinel_nodes": "list",
            "sentinel_password": "string",
        },
    }


def together(versions: dict[str, dict[str, dict[str, str]]]) -> dict[str, object]:
    """The tables of all versions as one, and who knows what not all know."""
    order = list(versions)
    document: dict[str, object] = {"versions": order}
    only: dict[str, str] = {}
    for table in versions[order[0]]:
        known: dict[str, str] = {}
        for name in sorted({name for version in order for name in versions[version][table]}):
            having = [version for version in order if name in versions[version][table]]
            kinds = [versions[version][table][name] for version in having]
            typed = [one for one in kinds if one != UNTYPED] or [ANY]
            known[name] = functools.reduce(either, typed)
            if having != order:
                first = "" if having[0] == order[0] else having[0]
                only[f"{table}.{name}"] = f"{first}..{'' if having[-1] == order[-1] else having[-1]}"
        document[table] = sorted(known) if set(known.values()) <= {ANY} and table not in OPEN else known
    return document | {"only": only}


def main() -> None:
    given = dict(argument.split("=", 1) for argument in sys.argv[1:])
    print(json.dumps(together({version: tables(Wheel(Path(folder))) for version, folder in given.items()}), indent=0))


main()
