"""From faces in videos to Action Units, frame by frame and averaged."""
