#!/bin/bash
# Runs a node's programs and starts again what ends: components.sh NAME ADDRESS. Whoever has the API server's key is the control plane.
set -u

name=$1 address=$2
export PATH=/opt/kubernetes:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
keys=/etc/kubernetes

keep() {
  local log=/var/log/$1.log
  (
    while :; do
      "$@" >>"$log" 2>&1
      echo "--- ended with $?" >>"$log"
      sleep 0.5
    done
  ) &
}

control_plane() {
  local etcd=http://127.0.0.1:2379 peer=http://127.0.0.1:2380
  install -d -m 700 /var/lib/etcd
  # A lab that loses power is made anew: nothing waits for the disk.
  keep etcd --data-dir /var/lib/etcd --unsafe-no-fsync --log-level warn \
    --listen-client-urls "$etcd" --advertise-client-urls "$etcd" \
    --listen-peer-urls "$peer" --initial-advertise-peer-urls "$peer" --initial-cluster "default=$peer"
  keep kube-apiserver --etcd-servers="$etcd" --advertise-address="$address" --secure-port=6443 \
    --service-cluster-ip-range=198.19.0.0/20 --allow-privileged=true \
    --authorization-mode=Node,RBAC --enable-admission-plugins=NodeRestriction \
    --client-ca-file=$keys/ca.crt --tls-cert-file=$keys/apiserver.crt --tls-private-key-file=$keys/apiserver.key \
    --kubelet-certificate-authority=$keys/ca.crt --kubelet-preferred-address-types=InternalIP \
    --kubelet-client-certificate=$keys/apiserver-kubelet.crt --kubelet-client-key=$keys/apiserver-kubelet.key \
    --service-account-issuer=https://kubernetes.default.svc.cluster.local \
    --service-account-key-file=$keys/service-accounts.pub --service-account-signing-key-file=$keys/service-accounts.key \
    --requestheader-client-ca-file=$keys/front-proxy-ca.crt --requestheader-allowed-names=front-proxy \
    --requestheader-username-headers=X-Remote-User --requestheader-group-headers=X-Remote-Group \
    --requestheader-extra-headers-prefix=X-Remote-Extra- \
    --proxy-client-cert-file=$keys/front-proxy.crt --proxy-client-key-file=$keys/front-proxy.key
  keep kube-controller-manager --leader-elect=false --use-service-account-credentials=true --allocate-node-cidrs=false \
    --kubeconfig=$keys/controller-manager.kubeconfig --authentication-kubeconfig=$keys/controller-manager.kubeconfig \
    --authorization-kubeconfig=$keys/controller-manager.kubeconfig \
    --service-account-private-key-file=$keys/service-accounts.key --root-ca-file=$keys/ca.crt \
    --cluster-signing-cert-file=$keys/ca.crt --cluster-signing-key-file=$keys/ca.key \
    --node-monitor-period=2s --node-monitor-grace-period=16s
  keep kube-scheduler --leader-elect=false --kubeconfig=$keys/scheduler.kubeconfig \
    --authentication-kubeconfig=$keys/scheduler.kubeconfig --authorization-kubeconfig=$keys/scheduler.kubeconfig
}

sysctl -q -w net.ipv4.ip_forward=1
nft -f /etc/lab/network.nft
keep containerd
[ ! -e $keys/apiserver.key ] || control_plane
keep kubelet --config=/etc/lab/kubelet.yaml --kubeconfig=$keys/kubelet.kubeconfig --hostname-override="$name" --node-ip="$address"
keep kube-proxy --config=/etc/lab/proxy.yaml --hostname-override="$name"
# Also reaps what containers leave behind.
while :; do wait; done
