#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Stands for a training run: it works in steps and saves a checkpoint when its gate asks.
out=$1
trap 'echo "saved a checkpoint at step $step" >>"$out"' USR1
step=0
while ((step < 100000)); do
    step=$((step + 1))
    echo "step $step" >>"$out"
    sleep 0.2 || true
done
