# gb10-rig-torch:1: the CPU build of torch and what it needs, once for every release.
ARG BASE=gb10-rig-python:1
FROM $BASE
COPY site-packages /opt/torch/site-packages
