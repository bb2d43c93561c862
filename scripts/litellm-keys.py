"""Writes src/config/litellm/litellm-keys.json: the names and types of LiteLLM's configuration keys, read from an unpacked wheel.

Usage: python3 scripts/litellm-keys.py DIR VERSION   (DIR holds the unpacked `litellm` package)
The source is parsed, never imported. A type is one of string, number, boolean, list, map, any; alternatives are joined by "|",
allowed words are listed as "=word". Source of every name: the pydantic models and signatures of that LiteLLM version.
"""

import ast
import json
import re
import sys
from pathlib import Path

BASE, VERSION = Path(sys.argv[1]) / "litellm", sys.argv[2]
SCALARS = {"str": "string", "int": "number", "float": "number", "bool": "boolean"}


def tree(path: str) -> ast.Module:
    return ast.parse((BASE / path).read_text())


def kind(annotation: ast.expr | None) -> str:
    """The JSON shape that an annotation admits; anything not understood is `any`, so that it is never refused wrongly."""
    if annotation is None:
        return "any"
    if isinstance(annotation, ast.BinOp):
        parts = [kind(annotation.left), kind(annotation.right)]
        return "any" if "any" in parts else "|".join(sorted({p for part in parts for p in part.split("|") if p != "null"}))
    text = ast.unparse(annotation)
    if text == "None":
        return "null"
    if text in SCALARS:
        return SCALARS[text]
    if text.startswith("Optional["):
        return kind(annotation.slice)
    if text.startswith("Literal["):
        words = annotation.slice.elts if isinstance(annotation.slice, ast.Tuple) else [annotation.slice]
        return "|".join(f"={ast.literal_eval(w)}" for w in words if ast.literal_eval(w) is not None)
    if re.match(r"(list|List|tuple|Sequence|Iterable)\b", text):
        return "list"
    if re.match(r"(dict|Dict|Mapping)\b", text):
        return "map"
    return "any"


def fields(path: str, name: str) -> dict[str, str]:
    classes = {n.name: n for n in ast.walk(tree(path)) if isinstance(n, ast.ClassDef)}
    found: dict[str, str] = {}
    node = classes.get(name)
    if node is None:
        return found
    for base in node.bases:
        found |= fields(path, getattr(base, "id", ""))
    for item in node.body:
        if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name) and item.target.id.islower():
            found[item.target.id] = kind(item.annotation)
    return found


def signature(path: str, name: str) -> dict[str, str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ClassDef) and node.name == name:
            for item in node.body:
                if isinstance(item, ast.FunctionDef) and item.name == "__init__":
                    arguments = item.args.args + item.args.kwonlyargs
                    return {a.arg: kind(a.annotation) for a in arguments if a.arg != "self" and not a.arg.startswith("_")}
    return {}


def words(path: str, name: str) -> list[str]:
    """The string members of a list constant, in whichever form it is written."""
    for node in ast.walk(tree(path)):
        targets = getattr(node, "targets", None) or ([node.target] if isinstance(node, ast.AnnAssign) else [])
        if any(getattr(t, "id", None) == name for t in targets) and node.value is not None:
            return [
                c.value for c in ast.walk(node.value) if isinstance(c, ast.Constant) and isinstance(c.value, str) and c.value.isidentifier()
            ]
    return []


def module_names(path: str) -> dict[str, str]:
    """What can be set on the module: annotated or not."""
    found: dict[str, str] = {}
    for node in tree(path).body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found[node.target.id] = kind(node.annotation)
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found.setdefault(node.targets[0].id, "any")
    return {k: v for k, v in found.items() if k.islower() and not k.startswith("_")}


def read_by_name(pattern: str, mapping: str) -> dict[str, str]:
    """What the code of these files looks up in a mapping of that name."""
    texts = [path.read_text() for path in sorted(BASE.glob(pattern))]
    return {k: "any" for text in texts for k in re.findall(r"\b" + mapping + r'(?:"\])?(?:\.get\(|\[)\s*"(\w+)"', text)}


def members(path: str, name: str) -> list[str]:
    """The values of an enumeration of texts."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ClassDef) and node.name == name:
            return [i.value.value for i in node.body if isinstance(i, ast.Assign) and isinstance(i.value, ast.Constant)]
    return []


strategies = next(
    (
        kind(n.value)
        for n in ast.walk(tree("types/litellm_params.py"))
        if isinstance(n, ast.Assign | ast.AnnAssign) and "RoutingStrategyName" in ast.unparse(n).split("=")[0]
    ),
    "any",
)
params = {
    k: "any"
    for source in (
        ("constants.py", "OPENAI_CHAT_COMPLETION_PARAMS"),
        ("constants.py", "OPENAI_EMBEDDING_PARAMS"),
        ("constants.py", "DEFAULT_CHAT_COMPLETION_PARAM_VALUES"),
        ("types/litellm_params.py", "OWNED_KWARG_NAMES"),
        ("types/litellm_params.py", "KWARG_ARTIFACTS"),
    )
    for k in words(*source)
}
pricing = fields("types/utils.py", "CustomPricingLiteLLMParams")
model_info = dict.fromkeys(fields("types/utils.py", "ModelInfoBase") | fields("types/utils.py", "ProviderSpecificModelInfo"), "any")
proxy = "proxy/proxy_server.py"
document = {
    "version": VERSION,
    "providers": sorted(members("types/utils.py", "LlmProviders")),
    "litellm_params": params
    | pricing
    | read_by_name("router*/**/*.py", "litellm_params")
    | read_by_name("router.py", "litellm_params")
    | read_by_name("utils.py", "litellm_params")
    | fields("types/router.py", "LiteLLM_Params")
    | {"weight": "number"},
    "model_info": model_info
    | pricing
    | fields("types/router.py", "ModelInfo")
    | {"mode": "string", "health_check_model": "string", "access_groups": "list"},
    "router_settings": signature("router.py", "Router")
    | fields("types/router.py", "UpdateRouterConfig")
    | {"routing_strategy": strategies},
    "litellm_settings": module_names("__init__.py")
    | read_by_name(proxy, "litellm_settings")
    | dict.fromkeys(re.findall(r'(?:key|k) == "(\w+)"', (BASE / proxy).read_text()), "any")
    | {"cache_params": "map", "request_timeout": "number"},
    "general_settings": read_by_name("proxy/**/*.py", "general_settings") | fields("proxy/_types.py", "ConfigGeneralSettings"),
    "cache_params": signature("caching/caching.py", "Cache")
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
print(json.dumps({k: dict(sorted(v.items())) if isinstance(v, dict) else v for k, v in document.items()}, indent=0))
