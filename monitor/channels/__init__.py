"""Ways to reach people: each module holds one Channel of ``monitor.ports``."""
