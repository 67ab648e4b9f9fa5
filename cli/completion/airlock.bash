# bash completion for {{name}}

_{{name}}() {
  # bash splits words at = and : too: what no blank separates is one word. The last one ends at the cursor.
  local line=${COMP_LINE:0:COMP_POINT} piece rest
  local -a words=()
  for piece in "${COMP_WORDS[@]:0:COMP_CWORD+1}"; do
    rest=${line#"${line%%[![:space:]]*}"}
    if [[ ${#words[@]} -gt 0 && $rest == "$line" && -n $line ]]; then
      words[${#words[@]}-1]+=${piece:0:${#rest}}
    else
      words+=("${piece:0:${#rest}}")
    fi
    line=${rest:${#piece}}
  done

  # It replaces only what comes after the last of them.
  local word=${words[${#words[@]}-1]} breaks=${COMP_WORDBREAKS//[!=:]/}
  [[ -n $breaks ]] && word=${word##*["$breaks"]}

  # The words are arguments and nothing else: a key on the line may hold what a shell would run.
  local candidate description
  COMPREPLY=()
  while IFS=$'\t' read -r candidate description; do
    [[ $candidate != :* && $candidate == "$word"* ]] && COMPREPLY+=("$candidate")
  done < <({{name}} complete -- "${words[@]:1}" 2>/dev/null </dev/null)
}

# Where it offers nothing, bash offers files.
complete -o default -F _{{name}} {{name}}
