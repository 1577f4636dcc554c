"""Tables as text: ours, and those that Lightning, Keras, YOLO and others leave."""
