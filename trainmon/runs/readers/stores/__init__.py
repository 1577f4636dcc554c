"""Files of records and databases: TensorBoard, W&B, Trackio."""
