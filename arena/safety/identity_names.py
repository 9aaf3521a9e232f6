"""Names by which models and their makers are known, for `arena.safety.identity`.

Three kinds, by what else a word may mean. `CERTAIN` names mean nothing else and count in any spelling. `PROPER` names
are words too (to grok, the mistral, a llama) and count with their capital only. `SHARED` names belong to people, stars
and birds as well (Claude, Gemini, Falcon); they need a sign that a machine speaks.
"""

VERSION = r"(?:[\s-]?v?\d+(?:\.\d+)*[a-z]?)"
EDITION = (
    r"(?:\s(?:Pro|Ultra|Nano|Flash|Large|Small|Medium|Mini|Opus|Sonnet|Haiku|Instant|Turbo|Plus|Max|AI|Chat|Instruct))"
)

CERTAIN = (
    r"chat[\s-]?gpt", r"gpt[\s-]?[2-9](?:\.\d)?o?", r"gpt[\s-]?oss", r"deep[\s-]?seek", r"qwen", r"qwq",
    r"tongyi qianwen", r"smol\s?lm", r"mixtral", r"ministral", r"chatglm", r"baichuan", r"internlm", r"minicpm",
    r"hunyuan", r"ernie bot", r"olmo", r"stablelm", r"starcoder", r"bloomz", r"nemotron", r"exaone", r"hyperclova",
    r"yandexgpt", r"gigachat", r"openassistant", r"wizardlm", r"openchat", r"falcon[\s-]?\d+b", r"llama[\s-]?\d",
    r"code ?llama", r"flan[\s-]?t5", r"claude[\s-]?\d", r"gemini[\s-]?\d", r"gemma[\s-]?\d", r"phi[\s-]?\d",
    r"command r\+?", r"medgemma", r"le chat", r"eurollm", r"rwkv", r"jurassic-\d", r"titan text", r"amazon nova",
    r"bing chat", r"meta ai", r"github copilot",
)  # fmt: skip
PROPER = (
    "Grok", "LLaMA", "Llama", "LLAMA", "Mistral", "Vicuna", "Zephyr", "Copilot", "Granite", "Jamba", "Alpaca", "LaMDA",
    "PaLM", "BLOOM", "OPT", "Reka",
)  # fmt: skip
SHARED = (
    "Claude", "Gemini", "Gemma", "Bard", "Falcon", "Phi", "Pi", "Kimi", "Nova", "Titan", "Ernie", "Dolly", "Hermes",
    "Orca", "Solar", "Aria", "Bing", "Pythia", "Yi", "Doubao", "Alexa", "Siri",
)  # fmt: skip
MAKERS = (
    "OpenAI", "Open AI", "Anthropic", "Google DeepMind", "Google AI", "Google", "DeepMind", "Meta AI", "Meta",
    "Facebook", "Microsoft", "Mistral AI", "Mistral", "DeepSeek", "Alibaba Cloud", "Alibaba", "Moonshot AI",
    "Moonshot", "Zhipu AI", "Zhipu", "Baidu", "Tencent", "ByteDance", "MiniMax", "Hugging Face", "HuggingFace",
    "Cohere", "xAI", "Amazon", "AWS", "Apple", "NVIDIA", "Nvidia", "IBM", "AI21 Labs", "AI21", "Inflection AI",
    "Inflection", "Perplexity AI", "Perplexity", "Stability AI", "Databricks", "EleutherAI",
    "Allen Institute for AI", "AI2", "TII", "Technology Innovation Institute", "Nous Research", "Upstage",
    "LG AI Research", "Naver", "Yandex", "Яндекса", "Яндексом", "Яндекс", "Sber", "Сбера", "Сбером", "Сбер",
    "Aleph Alpha", "LMSYS", "Salesforce", "Snowflake",
)  # fmt: skip
CHINESE_NAMES = ("通义千问", "通义", "千问", "文心一言", "豆包", "混元", "智谱清言", "讯飞星火", "百川", "书生")
CHINESE_MAKERS = (
    "阿里云", "阿里巴巴", "百度", "腾讯", "字节跳动", "月之暗面", "智谱", "深度求索", "科大讯飞", "谷歌", "微软",
    "グーグル", "マイクロソフト",
)  # fmt: skip
