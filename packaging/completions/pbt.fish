# Completion of pbt for fish. The program says what may stand where the cursor is: src/cli/complete.h.
function __pbt_complete
    set -l words (commandline -opc) (commandline -ct)
    # A file after "--output=" is completed by itself.
    set -l before (string match -r '^--[^=]*=' -- $words[-1]; or echo '')
    set -l file (string replace -r '^--[^=]*=' '' -- $words[-1])
    for line in (command $words[1] complete $words[2..] 2>/dev/null)
        switch $line
            case :files
                printf "$before%s\n" (__fish_complete_path $file)
            case ':files *'
                printf "$before%s\n" (__fish_complete_suffix $file (string replace ':files ' '' -- $line))
            case :folders
                printf "$before%s\n" (__fish_complete_directories $file '')
            case '*'
                echo $line # a word, a tab and its meaning: fish's own form
        end
    end
end

complete -c pbt -f -k -a '(__pbt_complete)'
