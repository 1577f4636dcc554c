"""What the notebooks beside this folder need to fine-tune a model; trainmon itself knows nothing of it."""
