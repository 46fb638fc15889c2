#!/bin/sh
# A trainer in awk, started once a turn: the toy of the paper's Figure 2. It knows nothing of pbt: it reads a checkpoint, trains,
# writes a checkpoint and prints one line of JSON.
# usage: train.sh LOAD SAVE STEPS H0 H1
set -eu
load=$1 save=$2 steps=$3 h0=$4 h1=$5
theta="0.9 0.9"
[ -z "$load" ] || theta=$(cat "$load/theta")
echo "$theta" | awk -v steps="$steps" -v h0="$h0" -v h1="$h1" -v out="$save/theta" '{
  for (i = 0; i < steps; i++) { $1 -= 0.04 * h0 * $1; $2 -= 0.04 * h1 * $2 }
  printf "%.17g %.17g\n", $1, $2 > out
  printf "{\"Q\": %.17g}\n", 1.2 - ($1 * $1 + $2 * $2)
}'
