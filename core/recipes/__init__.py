"""Training settings, without torch: a typed value, read from our YAML or the seed's, some of which ship."""
