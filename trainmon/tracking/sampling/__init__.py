"""What PerformanceMonitor samples: one module a source; each returns columns of training_system.csv, or says why it cannot."""
