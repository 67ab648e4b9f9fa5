# fish completion for {{name}}

function __{{name}}_candidates
    # The words are arguments and nothing else: a key on the line may hold what a shell would run.
    set -l words (commandline --cut-at-cursor --tokenize --current-process)
    set -l word (commandline --cut-at-cursor --current-token)
    set -l candidates ({{name}} complete -- $words[2..] "$word" 2>/dev/null </dev/null | string match --invert ':*')
    # fish replaces the whole word, with --option= in front.
    set -l option (string match --regex '^--[a-z-]+=' -- "$word")
    if test (count $candidates) -gt 0
        printf '%s\n' "$option"$candidates
    else
        __fish_complete_path (string replace -- "$option" '' "$word")
    end
end

complete --command {{name}} --erase
complete --command {{name}} --no-files --arguments '(__{{name}}_candidates)'
