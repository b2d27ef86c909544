#!/usr/bin/env bash
# A one-node SLURM for tests: on loopback, with fake GPUs, without systemd or accounting. Needs root,
# and Debian's packages slurm-wlm, slurm-wlm-basic-plugins, slurm-client and munge.
#
#   tests/cluster/slurm.sh start FOLDER    the daemons keep all they write in FOLDER
#   tests/cluster/slurm.sh stop
#
# The configuration is linked from /etc/slurm, for Snakemake's job steps drop SLURM_CONF. A cluster that
# is configured there in any other way is left alone.
set -euo pipefail

GPUS=2
PORT=16817
CONFIGS=(slurm.conf gres.conf cgroup.conf)
MARK=emofold-test-cluster

usage() { sed -n '/^#   tests/s/^# *//p' "$0" >&2; exit 2; }

refuse_a_real_cluster() {
  local file
  for file in "${CONFIGS[@]}"; do
    [ ! -e "/etc/slurm/$file" ] || [ -e "$(dirname "$(realpath "/etc/slurm/$file")")/$MARK" ] ||
      { echo "/etc/slurm/$file is not of a test cluster: left alone" >&2; exit 1; }
  done
}

configure() {
  local gpus="$folder/gpu[0-$((GPUS - 1))]" gpu
  # Jobs of seconds must not wait for the scheduler. The node claims cores and memory that it need not
  # have: nothing enforces them.
  cat > "$folder/slurm.conf" <<CONF
ClusterName=test
SlurmctldHost=localhost(127.0.0.1)
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
AuthType=auth/munge
AuthInfo=socket=$folder/munge/socket
CryptoType=crypto/munge
SlurmUser=root
SlurmdUser=root
SlurmctldPort=$PORT
SlurmdPort=$((PORT + 1))
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmdParameters=config_overrides
ProctrackType=proctrack/pgid
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
MpiDefault=none
MailProg=/bin/true
SwitchType=switch/none
SchedulerType=sched/builtin
SchedulerParameters=sched_min_interval=0,batch_sched_delay=0
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
ReturnToService=2
MinJobAge=600
KillWait=2
OverTimeLimit=0
PropagateResourceLimits=NONE
GresTypes=gpu
NodeName=localhost NodeHostname=$(hostname) NodeAddr=127.0.0.1 CPUs=8 RealMemory=64000 Gres=gpu:a100:$GPUS
PartitionName=main Nodes=localhost Default=YES MaxTime=1-00 State=UP
PartitionName=gpu Nodes=localhost MaxTime=1-00 State=UP
CONF
  echo "NodeName=localhost Name=gpu Type=a100 File=$gpus" > "$folder/gres.conf"
  printf '%s\n' CgroupAutomount=no CgroupPlugin=cgroup/v1 > "$folder/cgroup.conf"
  for gpu in $(seq 0 $((GPUS - 1))); do
    [ -c "$folder/gpu$gpu" ] || mknod "$folder/gpu$gpu" c 1 3
  done
}

wait_until() {
  local what=$1
  shift
  for _ in $(seq 100); do "$@" && return; sleep 0.1; done
  echo "$what is not up" >&2
  tail -n 20 "$folder"/*.log >&2
  exit 1
}

controller_answers() { timeout 5 scontrol ping 2>/dev/null | grep -q 'is UP'; }
node_is_idle() { [ "$(timeout 5 sinfo --noheader --format=%t 2>/dev/null)" = idle ]; }

start() {
  stop
  folder=$(realpath -m "$1")
  mkdir -p "$folder"/{state,spool} /etc/slurm
  touch "$folder/$MARK"
  install -d -m 0700 "$folder/munge"
  (umask 077; head -c 1024 /dev/urandom > "$folder/munge/key")
  configure
  local file
  for file in "${CONFIGS[@]}"; do ln -sfn "$folder/$file" "/etc/slurm/$file"; done
  unset SLURM_CONF
  munged --force --socket="$folder/munge/socket" --key-file="$folder/munge/key" \
    --pid-file="$folder/munged.pid" --log-file="$folder/munged.log" --seed-file="$folder/munge/seed"
  slurmctld -c </dev/null >/dev/null 2>&1
  wait_until slurmctld controller_answers
  slurmd -N localhost </dev/null >/dev/null 2>&1
  wait_until slurmd node_is_idle
}

runs() { [ "$(cat "/proc/$2/comm" 2>/dev/null)" = "$1" ] && ! grep -q '^State:[[:space:]]*Z' "/proc/$2/status"; }

stop() {
  refuse_a_real_cluster
  [ -e /etc/slurm/slurm.conf ] || return 0
  folder=$(dirname "$(realpath /etc/slurm/slurm.conf)")
  local daemon pid file
  timeout 5 scancel --user=root 2>/dev/null || true
  for daemon in slurmd slurmctld munged; do
    pid=$(cat "$folder/$daemon.pid" 2>/dev/null) && runs "$daemon" "$pid" || continue
    kill "$pid"
    for _ in $(seq 100); do runs "$daemon" "$pid" || break; sleep 0.1; done
    ! runs "$daemon" "$pid" || kill -9 "$pid"
  done
  for file in "${CONFIGS[@]}"; do rm -f "/etc/slurm/$file"; done
}

case "$#${1-}" in
  2start) start "$2" ;;
  1stop) stop ;;
  *) usage ;;
esac
