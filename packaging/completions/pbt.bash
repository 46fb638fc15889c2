# Completion of pbt for bash. The program says what may stand where the cursor is: src/cli/complete.h.
_pbt() {
  local words=() word file line i
  # Bash takes "sqlite:x" and "--format=csv" apart at their marks; here they are one word again.
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if ((${#words[@]})) && [[ $word == [:=]* || ${words[-1]} == *[:=] ]]; then words[-1]+=$word; else words+=("$word"); fi
  done
  word=${words[-1]}
  file=${word##*[:=]}
  COMPREPLY=()
  while IFS=$'\t' read -r line _; do
    case $line in
      :files) _pbt_add -f ;;
      ":files "*) _pbt_add -f -X "!*${line#:files }" && _pbt_add -d ;;
      :folders) _pbt_add -d ;;
      *) COMPREPLY+=("${line#"${word%"$file"}"}") ;;  # bash replaces what follows the last mark alone
    esac
  done < <("$1" complete "${words[@]}" 2>/dev/null)
}

# Adds what compgen finds for `file`; folders get their slash.
_pbt_add() {
  mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen "$@" -- "$file")
  compopt -o filenames 2>/dev/null || true  # outside of a completion, as in tests, there is nothing to set
}

complete -F _pbt pbt
