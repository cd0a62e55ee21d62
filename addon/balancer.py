"""What `mitmdump -s addon/balancer.py` loads: the gateway's addon.

mitmproxy puts this folder on `sys.path`, so the package beside this file is found without an installation, too.
"""

from apim_lab.proxy.addon import Balancer

addons = [Balancer()]
