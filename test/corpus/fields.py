"""The names and types of LiteLLM's own definitions of its configuration, as JSON: {table: {name: type}}.

Run within LiteLLM's Python: unlike scripts/litellm-keys.py, which reads the source of a wheel, this asks pydantic and Python themselves, so
that the two can be held against each other. A type is the JSON schema of the field where pydantic has one.
"""

import inspect
import json
import os
import sys
from typing import Any

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
ANSWER = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

import litellm  # noqa: E402
from litellm.proxy._types import ConfigGeneralSettings  # noqa: E402
from litellm.types.router import LiteLLM_Params, ModelInfo, UpdateRouterConfig  # noqa: E402
from pydantic import BaseModel, TypeAdapter  # noqa: E402


def of_model(model: type[BaseModel]) -> dict[str, Any]:
    found = {}
    for name, field in model.model_fields.items():
        try:
            found[name] = TypeAdapter(field.annotation).json_schema()
        except Exception:
            found[name] = {}
    return found


router: dict[str, Any] = {name: {} for name in inspect.signature(litellm.Router.__init__).parameters}
tables = {
    "litellm_params": of_model(LiteLLM_Params),
    "model_info": of_model(ModelInfo),
    "router_settings": router | of_model(UpdateRouterConfig),
    "general_settings": of_model(ConfigGeneralSettings),
}
for table in tables.values():
    for name in ("self", "args", "kwargs"):
        table.pop(name, None)
print(json.dumps(tables), file=ANSWER)
sys.exit(0)
