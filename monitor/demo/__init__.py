"""The bundled newsroom: four invented outlets on loopback, for the demo and for tests.

``newsroom.Newsroom`` opens the outlets; ``stories.toml`` holds what they print and what should
become of each story.
"""
