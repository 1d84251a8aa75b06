"""Optional: a language model proposes values for the fields that the rules are not sure of (issue 4 item 8).

Off unless asked for (``--llm``). Any OpenAI-compatible chat-completions endpoint will do: 百炼, 方舟, DeepSeek, vLLM, Ollama.
The model decides nothing. A proposal counts only where its quote stands word for word in the case's story and the rules'
own normalizer reads the proposed value in that quote alone; so what a page tells a model to do cannot matter. Everything
else is discarded and counted by reason. Answers are cached by content: a rerun costs nothing and gives the same bytes.

    settings (environment) → Proposer → prompt → endpoint or cache → answer → judge → Case
"""

from pipelines.proposals.model import Proposed, Tally
from pipelines.proposals.proposer import Proposer, beside, proposer
from pipelines.proposals.settings import Settings, settings

__all__ = ["Proposed", "Proposer", "Settings", "Tally", "beside", "proposer", "settings"]
