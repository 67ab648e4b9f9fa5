#compdef {{name}}
# zsh completion for {{name}}

_{{name}}() {
  # The words are arguments and nothing else: a key on the line may hold what a shell would run.
  # Q takes away one level of quotes, and expands nothing.
  local -a typed=("${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}") candidates
  local line
  while IFS= read -r line; do
    [[ $line == :* ]] && continue
    # _describe takes "candidate:description".
    candidates+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
  done < <({{name}} complete -- "${typed[@]}" 2>/dev/null </dev/null)

  compset -P '--[a-z-]##='
  if (( ${#candidates} )); then
    _describe {{name}} candidates
  else
    _files
  fi
}

# Loaded from fpath, the file is the function's body: it calls itself the first time.
if [[ ${funcstack[1]} == _{{name}} ]]; then
  _{{name}} "$@"
else
  compdef _{{name}} {{name}}
fi
