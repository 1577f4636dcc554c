"""JSON: what Hugging Face, LLaMA-Factory, DVCLive and any loop of one's own leave."""
