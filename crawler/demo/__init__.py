"""An offline company with seeded mistakes, and its repaired twin: `crawler.demo.world` serves both on loopback."""
