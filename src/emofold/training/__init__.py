"""What every training needs: the right clips, the history of its epochs, checkpoints."""
